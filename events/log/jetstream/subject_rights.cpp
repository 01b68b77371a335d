#include "events/log/jetstream/subject_rights.hpp"

#include <fmt/format.h>

#include "events/log/jetstream/key_value.hpp"
#include "events/log/jetstream/stream_settings.hpp"

namespace ordo::log::jetstream {
namespace {

class Collector {
 public:
  explicit Collector(const LogUse& use) : use_(use) {}

  SubjectRights take(Partition partitions) {
    add_common();
    for (Partition partition = 0; partition < partitions; ++partition) add_partition(partition);
    if (use_.shares_partitions) add_leases();
    if (use_.keeps_snapshots) add_cache(std::string(kSnapshotsStream));
    if (use_.hears_live) hear("live.>");
    for (const auto& subject : use_.asks) say(subject);
    for (const auto& subject : use_.serves) hear(subject);
    for (const auto asking : use_.answers) say(inbox_prefix_of(asking) + ".>");
    return std::move(rights_);
  }

 private:
  void say(std::string subject) { rights_.publish.push_back(std::move(subject)); }
  void hear(std::string subject) { rights_.subscribe.push_back(std::move(subject)); }
  void ask(std::string_view what, const std::string& stream) { say(fmt::format("$JS.API.{}.{}", what, stream)); }

  // Whether JetStream is there, how the system is set up, how safely it stores; and one's own inbox.
  void add_common() {
    say("$JS.API.INFO");
    ask("STREAM.INFO", text(StreamName{StreamKind::orders, 0}));
    ask("STREAM.MSG.GET", bucket(std::string(kSystemBucket)).stream);
    say(inbox_prefix_of(use_.name) + ".>");
    hear(inbox_prefix_of(use_.name) + ".>");
  }

  void add_partition(Partition partition) {
    for (const auto kind : use_.appends) {
      for (auto& subject : subjects_of({kind, partition})) say(std::move(subject));
      if (use_.keeps_snapshots) say(fmt::format("snapshots.{}.>", text(StreamName{kind, partition})));
    }
    for (const auto kind : use_.reads) {
      const auto stream = text(StreamName{kind, partition});
      for (const auto* what : {"STREAM.INFO", "STREAM.MSG.GET", "CONSUMER.CREATE"}) ask(what, stream);
      say(fmt::format("$JS.FC.{}.>", stream));
    }
    for (const auto kind : use_.looks_at) ask("STREAM.INFO", text(StreamName{kind, partition}));
  }

  void add_leases() {
    const auto leases = bucket(std::string(kLeasesBucket));
    say(fmt::format("{}.{}.>", leases.subject, use_.name));
    add_cache(leases.stream);
  }

  // What is in it only saves work, so what is old of it may go.
  void add_cache(const std::string& stream) {
    ask("STREAM.MSG.GET", stream);
    ask("STREAM.PURGE", stream);
  }

  const LogUse& use_;
  SubjectRights rights_;
};

}  // namespace

std::string inbox_prefix_of(std::string_view user) { return fmt::format("_INBOX_{}", user); }

SubjectRights rights_of(const LogUse& use, Partition partitions) { return Collector(use).take(partitions); }

}  // namespace ordo::log::jetstream
