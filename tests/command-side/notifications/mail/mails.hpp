#pragma once
// Purpose: a mail to send in tests.

#include <string>

#include "command-side/notifications/mail/mail.hpp"

namespace ordo::mail {

inline Mail russian_mail(const std::string& correlation_id = "walk-1") {
  Mail mail;
  mail.from = "orders@ordo.test";
  mail.to = "reader@ordo.test";
  mail.subject = "Хорошая новость: ваш заказ оплачен, и мы уже собираем его для вас — «Чай»";
  mail.text = "Здравствуйте!\n\nВаш заказ оплачен.\n.\n..точки в начале строки\n\nС теплом,\nOrdo\n";
  mail.html = "<!DOCTYPE html>\n<html lang=\"ru\"><body><p>Здравствуйте!</p>\n.\n<p>Ваш заказ оплачен.</p></body></html>\n";
  mail.message_id = message_id_of(NotificationId::random());
  mail.correlation_id = correlation_id;
  mail.date = {1'767'225'600'123};
  return mail;
}

inline Mail english_mail() {
  auto mail = russian_mail();
  mail.subject = "Good news: your order is paid";
  mail.text = "Hello!\n\nYour order is paid: caf\xC3\xA9 = 2.\n";
  mail.html = "<p>Hello!</p>\n";
  return mail;
}

}  // namespace ordo::mail
