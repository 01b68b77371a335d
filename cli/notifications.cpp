#include <algorithm>

#include "cli/deciding_role.hpp"
#include "cli/settings.hpp"
#include "command-side/notifications/letter_context.hpp"
#include "command-side/notifications/postman.hpp"
#include "events/identity/client.hpp"
#include "events/identity/forgotten_watch.hpp"
#include "events/log/jetstream/request_reply.hpp"

namespace ordo::cli {
namespace {

// One is enough for a mail server nearby; eight are for one that takes a second for each letter.
constexpr std::size_t kLetterThreads = 8;

// What the letters of all partitions share; it lives as long as any of their contexts.
struct LetterOffice {
  LetterOffice(LogConnection& connection, const Settings& settings)
      : requests(connection.nats),
        identity(requests),
        desk(*connection.log, clock, kLetterThreads, [this, settings] {
          return notifications::make_postman({settings.smtp_url, settings.mail_from},
                                             [this](std::span<const UserId> users) { return contacts_of(users); }, clock);
        }) {}

  std::vector<notifications::FoundContact> contacts_of(std::span<const UserId> users) {
    std::vector<notifications::FoundContact> contacts;
    for (const auto& profile : identity.contacts(users)) contacts.push_back(profile.map(contact_in));
    return contacts;
  }

  static std::optional<notifications::Contact> contact_in(const std::shared_ptr<const identity::Profile>& profile) {
    if (!profile) return std::nullopt;
    const bool wants_letters = std::ranges::find(profile->channels, "email") != profile->channels.end();
    return notifications::Contact{profile->email, notifications::parse_locale(profile->locale), wants_letters};
  }

  SystemClock clock;
  log::jetstream::NatsRequestReply requests;
  identity::IdentityClient identity;
  identity::ForgottenWatch gone_watch{identity, [](UserId) {}};  // so that the client forgets their addresses
  notifications::LetterDesk desk;
};

}  // namespace

void add_notifications(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("notifications", "role: writes letters and records them");
  command->footer("A letter is sent at least once, under the same Message-ID each time. Exit: 0 told to stop, 1 it cannot go on.\n"
                  "Example: ordo notifications --smtp-url smtp://127.0.0.1:2525 --mail-from orders@example.org");
  command->callback([&settings, &exit_code] {
    exit_code = run_deciding_role("notifications", settings, [&settings](LogConnection& connection) -> MakeContext {
      auto office = std::make_shared<LetterOffice>(connection, settings);
      return [office](log::Partition partition, runtime::Mailbox& mailbox) {
        return std::make_unique<notifications::LetterContext>(partition, office->desk, mailbox);
      };
    });
  });
}

}  // namespace ordo::cli
