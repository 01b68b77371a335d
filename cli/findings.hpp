#pragma once
// Purpose: what a doctor finds, one after the other: how bad it is, and what to do about it.
// Threads: plain values.

#include <string>
#include <string_view>
#include <vector>

namespace ordo::cli {

enum class Level { ok = 0, warning = 1, danger = 2 };  // the exit codes of `ordo doctor`
[[nodiscard]] std::string_view text(Level level);

struct Finding {
  std::string area;    // "nats", "log", "postgres", …
  Level level = Level::ok;
  std::string what;
  std::string remedy;  // empty where nothing is to be done

  friend bool operator==(const Finding&, const Finding&) = default;
};

class Findings {
 public:
  void ok(std::string area, std::string what, std::string remedy = {}) {
    add(Level::ok, std::move(area), std::move(what), std::move(remedy));
  }
  void warning(std::string area, std::string what, std::string remedy) {
    add(Level::warning, std::move(area), std::move(what), std::move(remedy));
  }
  void danger(std::string area, std::string what, std::string remedy) {
    add(Level::danger, std::move(area), std::move(what), std::move(remedy));
  }
  void add(Level level, std::string area, std::string what, std::string remedy) {
    all_.push_back({std::move(area), level, std::move(what), std::move(remedy)});
  }
  [[nodiscard]] std::vector<Finding> take() { return std::move(all_); }

 private:
  std::vector<Finding> all_;
};

// The level of the whole is that of the worst.
[[nodiscard]] Level level_of(const std::vector<Finding>& findings);

// `output`: table, json or ndjson.
[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings, const std::string& output, bool coloured);

}  // namespace ordo::cli
