#include "cli/restoration.hpp"

#include <iostream>

#include <fmt/format.h>

#include "cli/archive_text.hpp"
#include "cli/connections.hpp"
#include "cli/message_progress.hpp"
#include "cli/role_report.hpp"
#include "command-side/identity/saved_identity.hpp"
#include "command-side/identity/schema.hpp"
#include "events/log/archive/restoring.hpp"
#include "events/log/jetstream/jetstream_log.hpp"
#include "events/log/jetstream/request_reply.hpp"
#include "events/log/jetstream/restoration.hpp"
#include "projections/read_model.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;
namespace archive = log::archive;
namespace jetstream = log::jetstream;

constexpr auto kReplyWindow = 1s;
constexpr auto kAppendTimeout = 30s;  // of a disk that is busy with all streams at once

std::string identity_file(const std::string& folder) { return fmt::format("{}/{}", folder, identity::kSavedIdentityFile); }

bool holds_users(const archive::Manifest& manifest) { return manifest.files.contains(identity::kSavedIdentityFile); }

Result<void> require_no_roles(const std::shared_ptr<jetstream::Connection>& nats) {
  jetstream::NatsRequestReply port(nats);
  const auto replies = port.request_all(kRolesSubject, "", kReplyWindow);
  if (!replies) return tl::unexpected(replies.error());
  if (replies->empty()) return {};
  const auto report = parse_report(replies->front());
  return failure(FailureKind::conflict, fmt::format("{} processes of Ordo are running upon this system, {} among them. Nothing was changed: "
                                                    "stop them first", replies->size(), report ? report->role : "a role"));
}

Result<void> require_no_read_model(postgres::Connection& connection) {
  const auto read = projections::has_read_something(connection);
  if (!read) return tl::unexpected(read.error());
  if (!*read) return {};
  return failure(FailureKind::conflict,
                 "the database holds the read model of another log. Nothing was changed; it is made again from the log, so drop it and begin "
                 "again: psql \"$ORDO_POSTGRES_URL\" -c 'drop schema if exists read, read_next, read_previous cascade'");
}

// The servers that take the backup in.
struct Target {
  std::shared_ptr<jetstream::Connection> nats;
  std::unique_ptr<log::EventLog> log;
  postgres::Connection postgres;

  static Result<Target> open(const Settings& settings) {
    auto nats = open_nats(settings, "restore");
    if (!nats) return tl::unexpected(nats.error());
    auto log = jetstream::JetStreamLog::open(*nats, {.append_timeout = kAppendTimeout, .request_timeout = kAppendTimeout,
                                                     .fenced_sent_ahead = true});
    if (!log) return tl::unexpected(log.error());
    auto postgres = postgres::Connection::wait_for({.url = settings.postgres_url, .application_name = "ordo-restore"});
    if (!postgres) return tl::unexpected(postgres.error());
    return Target{std::move(*nats), std::move(*log), std::move(*postgres)};
  }
};

// Where users are left out, their tables are left as they are: they may be filled later, or never have been lost.
Result<void> restore_users(Target& target, const CheckedBackup& backup, RestoredPart part) {
  if (part == RestoredPart::log) return {};
  return holds_users(backup.manifest) ? identity::restore_identity(target.postgres, identity_file(backup.folder))
                                      : identity::migrate_schema(target.postgres).map([](int) {});
}

// Roles make no tables: what is there besides the users is made here.
Result<void> prepare_for_roles(postgres::Connection& connection) {
  return identity::grant_rights(connection).and_then([&] { return projections::set_up_read_model(connection); });
}

Result<void> restore_tables(Target& target, const CheckedBackup& backup, RestoredPart part) {
  return restore_users(target, backup, part).and_then([&] { return prepare_for_roles(target.postgres); });
}

Result<void> restore_log(Target& target, const CheckedBackup& backup, const std::stop_token& stop) {
  const auto total = messages_in(backup.manifest.streams);
  MessageProgress writing("restore: writing", total);
  auto restored = archive::restore_streams(
      {*target.log, backup.folder, backup.manifest, stop, [&](std::uint64_t count) { writing.add(count); }});
  if (!restored) return restored;
  MessageProgress comparing("restore: comparing", total);
  return archive::compare_streams(
      {*target.log, backup.folder, backup.manifest, stop, [&](std::uint64_t count) { comparing.add(count); }});
}

Result<void> require_room(Target& target, const CheckedBackup& backup, const jetstream::Restoration& restoration, RestoredPart part) {
  return require_no_roles(target.nats)
      .and_then([&] { return jetstream::require_room(*target.nats, restoration); })
      .and_then([&] { return require_no_read_model(target.postgres); })
      .and_then([&] {
        const bool with_users = part == RestoredPart::all && holds_users(backup.manifest);
        return with_users ? identity::require_room_for_saved(target.postgres, identity_file(backup.folder)) : Result<void>();
      });
}

// A restoration that has begun and got no further for now.
Failure unfinished(Failure reason) {
  if (reason.kind != FailureKind::unavailable && reason.kind != FailureKind::timeout) return reason;
  reason.text += ". What is written stays, and no role starts upon half a log: run the same command again, and it goes on where it stopped";
  return reason;
}

Result<void> fill(Target& target, const CheckedBackup& backup, const jetstream::Restoration& restoration, const std::stop_token& stop,
                  RestoredPart part) {
  return restore_tables(target, backup, part)
      .and_then([&] { return restore_log(target, backup, stop); })
      .and_then([&] { return jetstream::end_restoration(*target.nats, restoration); });
}

}  // namespace

Result<CheckedBackup> check_whole_backup(const std::string& folder, const std::stop_token& stop) {
  auto manifest = archive::read_manifest(folder);
  if (!manifest) return tl::unexpected(manifest.error());
  MessageProgress progress("checking", messages_in(manifest->streams));
  auto checked = archive::check_backup(folder, *manifest, stop, [&](std::uint64_t count) { progress.add(count); });
  if (checked && holds_users(*manifest)) checked = identity::check_saved_identity(identity_file(folder));
  if (!checked) return tl::unexpected(checked.error());
  return CheckedBackup{folder, std::move(*manifest)};
}

Result<void> put_back(const Settings& settings, const CheckedBackup& backup, Act act, const std::stop_token& stop, RestoredPart part) {
  auto target = Target::open(settings);
  if (!target) return tl::unexpected(target.error());
  jetstream::Restoration restoration{archive::name_of(backup.manifest), backup.manifest.partitions, settings.replicas, {}};
  for (const auto& [stream, section] : backup.manifest.streams) restoration.first_sequences[stream] = section.first;
  auto begun = require_room(*target, backup, restoration, part)
                   .and_then([&] { return jetstream::begin_restoration(*target->nats, restoration); })
                   .and_then([&] { return archive::restore_records({*target->log, backup.folder, backup.manifest, stop}); });
  if (!begun) return begun.map_error(unfinished);
  act.actor = actor_of(settings.actor);
  act.arguments = fmt::format("backup {}{}", restoration.copy, part == RestoredPart::log ? ", only the log" : "");
  Result<void> done = failure(FailureKind::unavailable, "it was not begun, because it cannot be recorded");
  (void)record_act(*target->log, act, [&] {
    done = fill(*target, backup, restoration, stop, part);
    return done ? ActOutcome{0, fmt::format("{} events", events_in(backup.manifest.streams))} : ActOutcome{1, done.error().text};
  });
  return done.map_error(unfinished);
}

Result<void> put_back_users(const Settings& settings, const CheckedBackup& backup, Act act) {
  if (!holds_users(backup.manifest)) return failure(FailureKind::conflict, "the backup holds no users. Nothing was changed");
  const auto log = open_log(settings, "restore");
  if (!log) return tl::unexpected(log.error());
  auto postgres = postgres::Connection::wait_for({.url = settings.postgres_url, .application_name = "ordo-restore"});
  if (!postgres) return tl::unexpected(postgres.error());
  const auto file = identity_file(backup.folder);
  auto room = require_no_roles(log->nats).and_then([&] { return identity::require_room_for_saved(*postgres, file); });
  if (!room) return room;
  act.actor = actor_of(settings.actor);
  act.arguments = fmt::format("backup {}, only the users", archive::name_of(backup.manifest));
  Result<void> done = failure(FailureKind::unavailable, "it was not begun, because it cannot be recorded");
  (void)record_act(*log->log, act, [&] {
    done = identity::restore_identity(*postgres, file).and_then([&] { return prepare_for_roles(*postgres); });
    return done ? ActOutcome{0, "users restored"} : ActOutcome{1, done.error().text};
  });
  return done;
}

std::string next_steps(const Settings& settings, const archive::Manifest& manifest) {
  const auto partitions = settings.partitions == manifest.partitions
                              ? std::string()
                              : fmt::format(", with ORDO_PARTITIONS={} for every one of them", manifest.partitions);
  return fmt::format("Now start the roles{}. The projections fill the read model from the log; then `ordo verify` tells whether all is as it "
                     "must be.\n", partitions);
}

}  // namespace ordo::cli
