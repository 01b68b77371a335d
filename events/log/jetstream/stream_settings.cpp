#include "events/log/jetstream/stream_settings.hpp"

#include <chrono>

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kCommandsAgeMax = std::chrono::hours(30 * 24);
constexpr std::chrono::nanoseconds kDuplicateWindow = 100ms;  // the least that the server takes; we rely on none
constexpr int kStoredBytesMax = 1024 * 1024;                  // of a message with its headers

JsonText& common_settings(JsonText& json, std::string_view name, int replicas) {
  return json.open_object()
      .member("name", name)
      .member("storage", "file")
      .member("compression", "s2")
      .member("retention", "limits")
      .member("num_replicas", replicas)
      .member("max_consumers", -1)
      .member("max_msgs", -1)
      .member("max_bytes", -1)
      // What does not fit is refused; nothing that is stored ever makes room.
      .member("discard", "new")
      // A deposed leader could answer with old messages.
      .member("allow_direct", false)
      .member("duplicate_window", kDuplicateWindow.count());
}

// The server leaves out what is zero, false or empty.
bool is_nothing(std::string_view value) { return value.empty() || value == "0" || value == "false"; }

// Calls with path, actual and wanted value. False: the settings are no JSON.
template <class Differs>
bool for_each_difference(std::string_view wanted, const FlatJson& info, Differs differs) {
  return visit_json(wanted, [&](std::string_view path, std::string_view value) {
    const auto found = info.find(fmt::format("config.{}", path));
    const std::string_view actual = found == info.end() ? std::string_view() : found->second;
    if (actual != value && !(is_nothing(actual) && is_nothing(value))) differs(path, actual, value);
  });
}

}  // namespace

std::string stream_settings(const StreamName& name, int replicas) {
  const bool is_inbox = name.kind == StreamKind::commands;
  JsonText json;
  common_settings(json, text(name), replicas).key("subjects").open_array();
  for (const auto& subject : subjects_of(name)) json.value(subject);
  return json.close_array()
      .member("max_age", is_inbox ? kCommandsAgeMax.count() : 0)
      .member("max_msgs_per_subject", -1)
      .member("max_msg_size", kStoredBytesMax)
      .member("deny_delete", !is_inbox)
      .member("deny_purge", !is_inbox)
      .key("republish")
      .open_object()
      .member("src", ">")
      .member("dest", "live.>")
      .close_object()
      .close_object()
      .take();
}

std::string bucket_settings(std::string_view name, int replicas) {
  JsonText json;
  return common_settings(json, fmt::format("KV_{}", name), replicas)
      .key("subjects")
      .open_array()
      .value(fmt::format("$KV.{}.>", name))
      .close_array()
      .member("max_msgs_per_subject", 1)
      .member("allow_rollup_hdrs", true)
      .member("deny_delete", true)
      .close_object()
      .take();
}

std::string snapshots_settings(int replicas) {
  JsonText json;
  return common_settings(json, kSnapshotsStream, replicas)
      .key("subjects")
      .open_array()
      .value("snapshots.>")
      .close_array()
      .member("max_age", 0)
      .member("max_msg_size", kStoredBytesMax)
      .member("deny_delete", false)
      .member("deny_purge", false)
      .close_object()
      .take();
}

std::string parked_settings(Partition partition, int replicas) {
  JsonText json;
  common_settings(json, text(StreamName{StreamKind::parked, partition}), replicas).key("sources").open_array();
  for (const auto kind : kStreamKinds) {
    if (const auto topic = parking_topic_of(kind)) {
      json.open_object().member("name", text(StreamName{kind, partition})).member("filter_subject", subject(*topic, partition)).close_object();
    }
  }
  return json.close_array()
      .member("max_age", 0)
      .member("max_msg_size", kStoredBytesMax)
      .member("deny_delete", true)
      .member("deny_purge", true)
      .close_object()
      .take();
}

std::string audit_settings(int replicas) {
  const StreamName audit{StreamKind::audit, 0};
  JsonText json;
  common_settings(json, text(audit), replicas).key("subjects").open_array();
  for (const auto& subject : subjects_of(audit)) json.value(subject);
  return json.close_array()
      .member("max_age", 0)
      .member("max_msg_size", kStoredBytesMax)
      .member("deny_delete", true)
      .member("deny_purge", true)
      .close_object()
      .take();
}

std::vector<WantedStream> wanted_buckets(int replicas) {
  std::vector<WantedStream> wanted;
  for (const auto name : {kSystemBucket, kLeasesBucket}) wanted.push_back({fmt::format("KV_{}", name), bucket_settings(name, replicas)});
  return wanted;
}

std::vector<WantedStream> wanted_streams(Partition partitions, int replicas) {
  std::vector<WantedStream> wanted;
  for (Partition partition = 0; partition < partitions; ++partition) {
    for (const auto kind : kStreamKinds) {
      const StreamName name{kind, partition};
      wanted.push_back({text(name), stream_settings(name, replicas)});
    }
    wanted.push_back({text(StreamName{StreamKind::parked, partition}), parked_settings(partition, replicas)});
  }
  wanted.push_back({std::string(kSnapshotsStream), snapshots_settings(replicas)});
  wanted.push_back({text(StreamName{StreamKind::audit, 0}), audit_settings(replicas)});
  return wanted;
}

std::string difference(std::string_view wanted, const FlatJson& info) {
  std::string differences;
  const bool is_json = for_each_difference(wanted, info, [&](std::string_view path, std::string_view actual, std::string_view value) {
    differences += fmt::format("{}{} is {} instead of {}", differences.empty() ? "" : ", ", path,
                               actual.empty() ? "not set" : actual, value);
  });
  return is_json ? differences : "the settings are no JSON";
}

bool only_lacks_subjects(std::string_view wanted, const FlatJson& info) {
  bool only = true;
  const bool is_json = for_each_difference(wanted, info, [&](std::string_view path, std::string_view actual, std::string_view) {
    only = only && actual.empty() && path.starts_with("subjects");
  });
  return is_json && only;
}

}  // namespace ordo::log::jetstream
