# ordo_embed_sql(<library> <NNNN_name.sql>…): the files as a header "<folder of the library>/embedded_sql.hpp" that defines
#   namespace ordo::<library without ordo_> { inline constexpr std::array<postgres::Migration, N> kEmbeddedSql{…}; }
# The name of a file gives the migration's version and name: 0001_users.sql.
# This file is also the script that writes the header, when a .sql changed.
if(CMAKE_SCRIPT_MODE_FILE)
  set(entries "")
  set(count 0)
  foreach(file IN LISTS FILES)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX MATCH "^0*([0-9]+)_(.+)$" matched ${stem})
    set(version ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    file(READ ${file} sql)
    string(APPEND entries "    ordo::postgres::Migration{${version}, \"${name}\", R\"embedded_sql(${sql})embedded_sql\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  file(WRITE ${OUTPUT} "#pragma once
#include <array>

#include \"query-side/postgres/migrations.hpp\"

namespace ordo::${NAMESPACE} {

inline constexpr std::array<ordo::postgres::Migration, ${count}> kEmbeddedSql{
${entries}};

}  // namespace ordo::${NAMESPACE}
")
  return()
endif()

set(ORDO_EMBED_SQL_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(ordo_embed_sql library)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(header ${PROJECT_BINARY_DIR}/generated/${folder}/embedded_sql.hpp)
  string(REGEX REPLACE "^ordo_" "" namespace ${library})
  set(files)
  foreach(file IN LISTS ARGN)
    if(NOT file MATCHES "(^|/)[0-9]+_[a-z0-9_]+\\.sql$")
      message(FATAL_ERROR "${file}: a migration is called 0001_what_it_makes.sql")
    endif()
    list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUTPUT=${header} -DNAMESPACE=${namespace} -P ${ORDO_EMBED_SQL_SCRIPT}
    DEPENDS ${files} ${ORDO_EMBED_SQL_SCRIPT}
    VERBATIM)
  target_sources(${library} PRIVATE ${header})
  target_include_directories(${library} PRIVATE ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${library} PUBLIC ordo_query_side_postgres)
endfunction()
