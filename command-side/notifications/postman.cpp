#include "command-side/notifications/postman.hpp"

#include <memory>

#include "command-side/notifications/mail/smtp_mailer.hpp"
#include "events/notifications/letter.hpp"

namespace ordo::notifications {
namespace {

class Postman final : public Carrier {
 public:
  Postman(PostmanSettings settings, FindContacts find_contacts, Clock& clock)
      : settings_(std::move(settings)),
        find_contacts_(std::move(find_contacts)),
        clock_(clock),
        mailer_(mail::SmtpSettings{settings_.smtp_url}) {}

  std::size_t errands_at_once() const override { return mailer_.flight(); }

  std::vector<Outcome> deliver(std::span<const Errand> errands) override {
    std::vector<UserId> users;
    for (const auto& errand : errands) users.push_back(errand.delivery.user_id);
    const auto contacts = find_contacts_(users);
    std::vector<Outcome> outcomes(errands.size());
    std::vector<mail::Mail> mails;
    std::vector<std::size_t> places;  // of the mails among the errands
    for (std::size_t place = 0; place < errands.size(); ++place) {
      if (auto reason = reason_for_no_letter(contacts[place])) {
        outcomes[place] = std::move(*reason);
        continue;
      }
      mails.push_back(mail_for(**contacts[place], errands[place]));
      places.push_back(place);
    }
    const auto sent = mailer_.send(mails);
    for (std::size_t index = 0; index < places.size(); ++index) {
      outcomes[places[index]] = outcome_of(sent[index], (*contacts[places[index]])->locale);
    }
    return outcomes;
  }

 private:
  static std::optional<Undelivered> reason_for_no_letter(const FoundContact& contact) {
    if (!contact) return Undelivered{"contact data cannot be had: " + contact.error().text};
    if (!*contact) return Undelivered{"the user is unknown", true};
    if (!(*contact)->wants_letters) return Undelivered{"the user wants no letters", true};
    return std::nullopt;
  }

  static Outcome outcome_of(const mail::SmtpAnswer& sent, Locale locale) {
    if (!sent) return Undelivered{sent.error().text, !sent.error().worth_retrying()};
    return Delivered{Channel::email, locale, kTemplateVersion};
  }

  mail::Mail mail_for(const Contact& contact, const Errand& errand) {
    const auto& [delivery, content] = errand;
    const auto& [update, trace] = *content;
    const LetterFacts facts{update.purchase.order_id, update.purchase.items, update.purchase.total, update.reason};
    auto letter = compose(delivery.kind, contact.locale, facts);
    mail::Mail mail;
    mail.from = settings_.mail_from;
    mail.to = contact.email;
    mail.subject = std::move(letter.subject);
    mail.text = std::move(letter.text);
    mail.html = std::move(letter.html);
    mail.message_id = mail::message_id_of(delivery.notification_id);
    mail.correlation_id = trace.correlation_id;
    mail.traceparent = trace.traceparent;
    mail.date = clock_.now();
    return mail;
  }

  PostmanSettings settings_;
  FindContacts find_contacts_;
  Clock& clock_;
  mail::SmtpMailer mailer_;
};

}  // namespace

std::unique_ptr<Carrier> make_postman(PostmanSettings settings, FindContacts find_contacts, Clock& clock) {
  return std::make_unique<Postman>(std::move(settings), std::move(find_contacts), clock);
}

}  // namespace ordo::notifications
