#include "events/audit/describe.hpp"

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"

namespace ordo::audit {

std::string describe(const OperatorActed& acted) {
  JsonText json;
  json.open_object().member("act_id", acted.act.text()).member("stage", text(acted.stage)).member("actor", acted.actor);
  json.member("action", acted.action).member("arguments", acted.arguments).member("reason", acted.reason);
  return json.member("outcome", acted.outcome).close_object().take();
}

std::string summary(const OperatorActed& acted) {
  const auto what = fmt::format("{}: {}{}{}", acted.actor, acted.action, acted.arguments.empty() ? "" : " ", acted.arguments);
  return fmt::format("{}, {}{}{}", what, text(acted.stage), acted.outcome.empty() ? "" : ": ", acted.outcome);
}

std::string_view text(Stage stage) {
  switch (stage) {
    case Stage::begun: return "begun";
    case Stage::done: return "done";
    case Stage::failed: return "failed";
  }
  return "begun";
}

}  // namespace ordo::audit
