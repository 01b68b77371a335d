#include "command-side/notifications/postman.hpp"

#include <memory>

#include "command-side/notifications/mail/smtp_mailer.hpp"
#include "events/notifications/letter.hpp"

namespace ordo::notifications {
namespace {

class Postman {
 public:
  Postman(PostmanSettings settings, FindContact find_contact, Clock& clock)
      : settings_(std::move(settings)),
        find_contact_(std::move(find_contact)),
        clock_(clock),
        mailer_(mail::SmtpSettings{settings_.smtp_url}) {}

  Outcome deliver(const Delivery& delivery, const orders::OrderUpdateMessage& update, const log::Trace& trace) {
    const auto contact = find_contact_(delivery.user_id);
    if (!contact) return Undelivered{"contact data cannot be had: " + contact.error().text};
    if (!*contact) return Undelivered{"the user is unknown", true};
    if (!(*contact)->wants_letters) return Undelivered{"the user wants no letters", true};
    const auto sent = mailer_.send(mail_for(**contact, delivery, update, trace));
    if (!sent) return Undelivered{sent.error().text, !sent.error().worth_retrying()};
    return Delivered{Channel::email, (*contact)->locale, kTemplateVersion};
  }

 private:
  mail::Mail mail_for(const Contact& contact, const Delivery& delivery, const orders::OrderUpdateMessage& update,
                      const log::Trace& trace) {
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
  FindContact find_contact_;
  Clock& clock_;
  mail::SmtpMailer mailer_;
};

}  // namespace

DeliverLetter make_postman(PostmanSettings settings, FindContact find_contact, Clock& clock) {
  auto postman = std::make_shared<Postman>(std::move(settings), std::move(find_contact), clock);
  return [postman](const Delivery& delivery, const orders::OrderUpdateMessage& update, const log::Trace& trace) {
    return postman->deliver(delivery, update, trace);
  };
}

}  // namespace ordo::notifications
