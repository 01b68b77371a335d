# ordo_projection_schema(<library> <name>): the folder's schema.sql as a header "<folder>/schema_sql.hpp" that defines
#   namespace ordo::projections { inline constexpr std::string_view <name>; }
function(ordo_projection_schema library name)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/schema.sql)
  file(READ schema.sql sql)
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${folder}/schema_sql.hpp @ONLY CONTENT
"#pragma once
#include <string_view>

namespace ordo::projections {

inline constexpr std::string_view ${name} = R\"schema(@sql@)schema\";

}  // namespace ordo::projections
")
  target_include_directories(${library} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endfunction()
