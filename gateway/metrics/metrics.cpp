#include "gateway/metrics/metrics.hpp"

#include <mutex>
#include <shared_mutex>
#include <tuple>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace ordo::metrics {
namespace {

// Seconds: from a read out of memory to a client that waits as long as it may (30 s).
const prometheus::Histogram::BucketBoundaries kDurationBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                               0.25,   0.5,   1,      2.5,   5,    10,    30};
// A path without a route.
constexpr const char* kNoRoute = "none";

struct Asked {
  std::string name;
  std::string description;
  std::string label;  // "": a single number
  Metrics::Figures figures;
  prometheus::MetricType type = prometheus::MetricType::Gauge;
};

prometheus::MetricFamily collect(const Asked& asked) {
  prometheus::MetricFamily family{asked.name, asked.description, asked.type, {}};
  for (const auto& [value_of_label, number] : asked.figures()) {
    prometheus::ClientMetric metric;
    if (!asked.label.empty()) metric.label.push_back({asked.label, value_of_label});
    metric.gauge.value = number;
    metric.counter.value = number;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

struct Metrics::Parts {
  using Series = std::tuple<http::Method, std::string, int>;
  struct Counted {
    prometheus::Counter* requests = nullptr;
    prometheus::Histogram* duration = nullptr;
  };

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("ordo_http_requests_total")
                                                          .Help("Requests that were answered, or refused, by route.")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("ordo_http_request_duration_seconds")
          .Help("From a request's last byte to its answer, waiting on request included; of an event stream, to its beginning.")
          .Register(registry);
  std::shared_mutex mutex;  // guards the next
  std::map<Series, Counted, std::less<>> series;
  std::vector<Asked> asked;

  Counted find_or_add(const http::Observed& observed) {
    const auto key = std::tuple(observed.method, observed.pattern, observed.status);
    {
      const std::shared_lock lock(mutex);
      if (const auto found = series.find(key); found != series.end()) return found->second;
    }
    const std::string route(observed.pattern.empty() ? kNoRoute : observed.pattern);
    const std::string method(http::text(observed.method));
    const std::unique_lock lock(mutex);
    auto& counted = series[Series(observed.method, observed.pattern, observed.status)];
    counted.requests = &requests.Add({{"method", method}, {"route", route}, {"status", std::to_string(observed.status)}});
    counted.duration = &durations.Add({{"method", method}, {"route", route}}, kDurationBuckets);
    return counted;
  }
};

Metrics::Metrics(const std::string& version) : parts_(std::make_unique<Parts>()) {
  auto& family = prometheus::BuildGauge().Name("ordo_build_info").Help("Always 1; the label is what matters.").Register(parts_->registry);
  family.Add({{"version", version}}).Set(1);
}

Metrics::~Metrics() = default;

void Metrics::count(const http::Observed& observed) {
  const auto counted = parts_->find_or_add(observed);
  counted.requests->Increment();
  counted.duration->Observe(std::chrono::duration<double>(observed.took).count());
}

void Metrics::add(std::string name, std::string description, Figure figure, FigureKind kind) {
  const auto type = kind == FigureKind::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  parts_->asked.push_back({std::move(name), std::move(description), "",
                           [figure = std::move(figure)] { return std::map<std::string, double>{{"", figure()}}; }, type});
}

void Metrics::add(std::string name, std::string description, std::string label, Figures figures) {
  parts_->asked.push_back({std::move(name), std::move(description), std::move(label), std::move(figures)});
}

std::string Metrics::text() const {
  auto families = parts_->registry.Collect();
  for (const auto& asked : parts_->asked) families.push_back(collect(asked));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace ordo::metrics
