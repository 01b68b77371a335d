#include "events/notifications/letter_v1_words.hpp"

namespace ordo::notifications::letter_v1 {
namespace {

using orders::CancelReason;

constexpr Frame kEnglishFrame{"Hello!", "Order", "Item",  "Name", "Quantity",
                              "Price",  "Sum",   "Total", "With warm wishes,\nOrdo"};
constexpr Frame kRussianFrame{"Здравствуйте!", "Заказ", "Артикул", "Название", "Количество",
                              "Цена",          "Сумма", "Итого",   "С теплом,\nOrdo"};

constexpr Message kEnglishHappiness{
    "Good news: your order is paid",
    "Thank you! Your order is paid, and we are already getting it ready for you.",
    "We are glad that you chose us. Enjoy your purchase!"};
constexpr Message kRussianHappiness{
    "Хорошая новость: ваш заказ оплачен",
    "Спасибо! Ваш заказ оплачен, и мы уже собираем его для вас.",
    "Мы рады, что вы выбрали нас. Пусть покупка вас порадует!"};

constexpr std::string_view kEnglishGriefSubject = "We are sorry: your order is cancelled";
constexpr std::string_view kRussianGriefSubject = "Нам очень жаль: ваш заказ отменён";
constexpr std::string_view kEnglishGriefClosing =
    "Nothing was taken from your wallet. Order again whenever you like: we will be happy to see you.";
constexpr std::string_view kRussianGriefClosing =
    "С вашего счёта ничего не списано. Возвращайтесь в любое время: мы будем вам рады.";

std::string_view english_grief(std::optional<CancelReason> reason) {
  if (!reason) return "We are sorry: your order could not be paid, so we had to cancel it.";
  switch (*reason) {
    case CancelReason::insufficient_funds:
      return "We are sorry: there was not enough money in your wallet, so we had to cancel your order. "
             "Top up the wallet, and it will work out.";
    case CancelReason::no_account:
      return "We are sorry: you have no wallet yet that we could charge, so we had to cancel your order. "
             "Open one and top it up, and it will work out.";
    case CancelReason::currency_mismatch:
      return "We are sorry: your wallet holds another currency than the order asks for, so we had to cancel the order. "
             "Order in the currency of your wallet, and it will work out.";
  }
  return english_grief(std::nullopt);
}

std::string_view russian_grief(std::optional<CancelReason> reason) {
  if (!reason) return "Нам очень жаль: заказ не удалось оплатить, и нам пришлось его отменить.";
  switch (*reason) {
    case CancelReason::insufficient_funds:
      return "Нам очень жаль: на вашем счёте не хватило денег, и нам пришлось отменить заказ. "
             "Пополните счёт, и всё получится.";
    case CancelReason::no_account:
      return "Нам очень жаль: у вас ещё нет счёта, с которого можно оплатить заказ, и нам пришлось его отменить. "
             "Откройте счёт и пополните его, и всё получится.";
    case CancelReason::currency_mismatch:
      return "Нам очень жаль: ваш счёт открыт в другой валюте, и нам пришлось отменить заказ. "
             "Закажите в валюте вашего счёта, и всё получится.";
  }
  return russian_grief(std::nullopt);
}

}  // namespace

const Frame& frame_of(Locale locale) { return locale == Locale::russian ? kRussianFrame : kEnglishFrame; }

Message happiness(Locale locale) { return locale == Locale::russian ? kRussianHappiness : kEnglishHappiness; }

Message grief(Locale locale, std::optional<CancelReason> reason) {
  if (locale == Locale::russian) return {kRussianGriefSubject, russian_grief(reason), kRussianGriefClosing};
  return {kEnglishGriefSubject, english_grief(reason), kEnglishGriefClosing};
}

}  // namespace ordo::notifications::letter_v1
