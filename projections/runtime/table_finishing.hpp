#pragma once
// Purpose: gives all bulk tables of a schema that is full their keys and indexes, a few tables at once.
// Threads: starts some; every function may be called by all.

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {

struct TableFinishingSettings {
  const ReadModelDefinition& model;  // outlives it
  std::string_view schema;
  IdBytes claim{};
  postgres::ConnectionOptions connection;
};

class TableFinishing {
 public:
  explicit TableFinishing(const TableFinishingSettings& settings);
  // What is under way is given up.
  ~TableFinishing() = default;

  // It has come to its end, good or bad.
  [[nodiscard]] bool is_over() const { return working_ == 0; }
  // Tables that have come to no end yet.
  [[nodiscard]] std::size_t left() const { return left_; }
  // Requires: is over. Errors: as `finish_table`; of several tables the first one that failed.
  [[nodiscard]] Result<void> outcome() const;

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] const BulkTable* next();

  const TableFinishingSettings settings_;
  mutable std::mutex mutex_;
  std::deque<const BulkTable*> waiting_;
  std::optional<Failure> failed_;
  std::atomic<std::size_t> left_;
  std::atomic<std::size_t> working_;
  std::vector<std::jthread> workers_;
};

}  // namespace ordo::projections
