#pragma once
// Purpose: GET /swagger: a page to try out what /openapi.json describes. Its script and style come from a folder (the npm package
//          swagger-ui-dist), read once, at start; nothing is loaded from another host.
// Errors: unavailable when the folder lacks a file, or one is beyond 8 MB.
// Threads: as the router.

#include <filesystem>
#include <string>
#include <vector>

#include "events/vocabulary/result.hpp"
#include "gateway/http/router.hpp"

namespace ordo::operations {

struct SwaggerFile {
  std::string name;
  std::string media_type;
  std::string content;
};

// No folder, no files, and then no page.
[[nodiscard]] Result<std::vector<SwaggerFile>> read_swagger_files(const std::filesystem::path& folder);

void add_swagger_routes(http::Router& router, const std::vector<SwaggerFile>& files);

}  // namespace ordo::operations
