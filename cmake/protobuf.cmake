# ordo_protobuf(<library> <file.proto>…): a library of the code generated from .proto files; they are included, and import each
# other, by their path from the root of the tree. Generated code is not held to our warnings.
function(ordo_protobuf library)
  set(sources)
  foreach(file IN LISTS ARGN)
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    string(REGEX REPLACE "\\.proto$" "" stem ${path})
    set(base ${PROJECT_BINARY_DIR}/generated/${stem})
    add_custom_command(
      OUTPUT ${base}.pb.cc ${base}.pb.h
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/generated
      COMMAND protobuf::protoc --cpp_out=${PROJECT_BINARY_DIR}/generated -I ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${path}
      DEPENDS ${PROJECT_SOURCE_DIR}/${path}
      VERBATIM)
    list(APPEND sources ${base}.pb.cc)
  endforeach()
  add_library(${library} STATIC ${sources})
  target_include_directories(${library} SYSTEM PUBLIC ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${library} PUBLIC protobuf::libprotobuf)
endfunction()
