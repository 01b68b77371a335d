#include "gateway/operations/swagger_routes.hpp"

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace ordo::operations {
namespace {

constexpr std::uintmax_t kFileBytesMax = 8'000'000;

// The page's own script is a file of its own, so that the policy can forbid all that stands in a page.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view kPage = R"(<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Ordo</title>
  <link rel="icon" href="/swagger/favicon-32x32.png">
  <link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/swagger/swagger-ui-bundle.js"></script>
  <script src="/swagger/start.js"></script>
</body>
</html>
)";

constexpr std::string_view kStart = R"(SwaggerUIBundle({url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null});
)";

struct Kind {
  std::string_view name;
  std::string_view media_type;
};

constexpr Kind kFromFolder[] = {
    {"swagger-ui.css", "text/css; charset=utf-8"},
    {"swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
    {"favicon-32x32.png", "image/png"},
};

Result<std::string> content_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return failure(FailureKind::unavailable, fmt::format("{}: {}", file.string(), error.message()));
  if (size > kFileBytesMax) return failure(FailureKind::unavailable, fmt::format("{} is beyond 8 MB", file.string()));
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

void add(http::Router& router, std::string pattern, std::string_view media_type, std::string_view content) {
  http::Response response;
  response.content_type = media_type;
  response.body = content;
  response.with("ETag", http::strong_etag(fmt::format("{:016x}", std::hash<std::string_view>()(content))));
  response.with("Cache-Control", "no-cache").with("X-Content-Type-Options", "nosniff").with("Content-Security-Policy", std::string(kPolicy));
  const auto kept = std::make_shared<const http::Response>(std::move(response));
  router.add({.method = http::Method::get,
              .pattern = std::move(pattern),
              .handler = [kept](const http::Request&, http::Responder responder) { responder.answer(*kept); },
              .access = http::Access::anyone,
              .runs_on = http::RunsOn::reactor});
}

}  // namespace

Result<std::vector<SwaggerFile>> read_swagger_files(const std::filesystem::path& folder) {
  std::vector<SwaggerFile> files;
  if (folder.empty()) return files;
  for (const auto& [name, media_type] : kFromFolder) {
    auto content = content_of(folder / name);
    if (!content) return tl::unexpected(content.error());
    files.push_back({std::string(name), std::string(media_type), std::move(*content)});
  }
  return files;
}

void add_swagger_routes(http::Router& router, const std::vector<SwaggerFile>& files) {
  if (files.empty()) return;
  for (const auto& file : files) add(router, fmt::format("/swagger/{}", file.name), file.media_type, file.content);
  add(router, "/swagger", "text/html; charset=utf-8", kPage);
  add(router, "/swagger/start.js", "text/javascript; charset=utf-8", kStart);
}

}  // namespace ordo::operations
