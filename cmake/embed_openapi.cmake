# ordo_embed_openapi(<library> <file.yaml>): the file as JSON in a header "<folder of the library>/embedded_openapi.hpp" that defines
#   namespace ordo::<library without ordo_gateway_> { inline constexpr std::string_view kEmbeddedOpenApi = …; }
set(ORDO_EMBED_OPENAPI_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_openapi.py)

function(ordo_embed_openapi library file)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(header ${PROJECT_BINARY_DIR}/generated/${folder}/embedded_openapi.hpp)
  string(REGEX REPLACE "^ordo_gateway_" "" namespace ${library})
  add_custom_command(
    OUTPUT ${header}
    COMMAND /usr/bin/python3 ${ORDO_EMBED_OPENAPI_SCRIPT} ${file} ${header} ${namespace}
    DEPENDS ${file} ${ORDO_EMBED_OPENAPI_SCRIPT}
    VERBATIM)
  target_sources(${library} PRIVATE ${header})
  target_include_directories(${library} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()
