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

// A payment may have been under way when the order was cancelled; whether it was is known to billing alone.
constexpr Message kEnglishCancellation{
    "Your order is cancelled, as you asked",
    "You asked us to cancel your order, and it is cancelled.",
    "If a payment for it was already under way, all of it comes back to your wallet, and we tell you so in a letter of its own. "
    "We will be happy to see you again."};
constexpr Message kRussianCancellation{
    "Ваш заказ отменён, как вы просили",
    "Вы попросили отменить заказ, и он отменён.",
    "Если оплата уже была в пути, вся сумма вернётся на ваш счёт, и об этом придёт отдельное письмо. "
    "Будем рады видеть вас снова."};

constexpr Message kEnglishRefund{
    "Your money is back: your order is cancelled and refunded",
    "Your order is cancelled, and everything that you paid for it is back in your wallet.",
    "We will be happy to see you again.", false, "Refunded"};
constexpr Message kRussianRefund{
    "Деньги вернулись: ваш заказ отменён, оплата возвращена",
    "Ваш заказ отменён, и всё, что вы за него заплатили, снова на вашем счёте.",
    "Будем рады видеть вас снова.", false, "Возвращено"};

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
    case CancelReason::requested: break;  // has a letter of its own
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
    case CancelReason::requested: break;
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

Message cancellation(Locale locale) { return locale == Locale::russian ? kRussianCancellation : kEnglishCancellation; }

Message refund(Locale locale) { return locale == Locale::russian ? kRussianRefund : kEnglishRefund; }

}  // namespace ordo::notifications::letter_v1
