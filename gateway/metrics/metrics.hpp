#pragma once
// Purpose: what a gateway counts, in Prometheus' text format. Requests are counted by route, never by path: a path holds ids, and whoever
//          asks for a million of them must not make a million series.
// Units: seconds and bytes, as Prometheus has them.
// Threads: `count` and `text` from every thread; figures are added before the first `text`, and called by it: they do not block for long.
// Owns: what a figure asks outlives this, or its last `text`.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "gateway/http/router.hpp"

namespace ordo::metrics {

enum class FigureKind { gauge, counter };

class Metrics {
 public:
  explicit Metrics(const std::string& version);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void count(const http::Observed& observed);

  // What is asked when somebody reads: a single number, or one for each value of a label.
  using Figure = std::function<double()>;
  using Figures = std::function<std::map<std::string, double>()>;
  void add(std::string name, std::string description, Figure figure, FigureKind kind = FigureKind::gauge);
  void add(std::string name, std::string description, std::string label, Figures figures);

  [[nodiscard]] std::string text() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::metrics
