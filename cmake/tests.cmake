# ordo_test(<name> SOURCES … LIBRARIES … [NEEDS nats postgres mail]): one Catch2 executable, one entry in ctest.
# NEEDS names the servers that it talks to; such a test is labelled `integration`, every other one `unit`.
function(ordo_test name)
  cmake_parse_arguments(PARSE_ARGV 1 TEST "" "" "SOURCES;LIBRARIES;NEEDS")
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ordo_options ${TEST_LIBRARIES} Catch2::Catch2WithMain)
  add_test(NAME ${name} COMMAND ${name})
  if(TEST_NEEDS)
    set_tests_properties(${name} PROPERTIES LABELS integration TIMEOUT 600)
  else()
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
  set_property(GLOBAL APPEND PROPERTY ordo_test_programs $<TARGET_FILE:${name}>)
endfunction()
