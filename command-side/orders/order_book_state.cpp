#include "command-side/orders/order_book_state.hpp"

#include "command-side/runtime/state_bytes.hpp"
#include "command-side/runtime/state_tables.hpp"

namespace ordo::orders {
namespace {

// A type and a payload, each with its length, at least.
constexpr std::size_t kPendingBytesMin = 16;
constexpr std::size_t kDecidedBytes = sizeof(OrderId) + sizeof(Decided);

// As the log says it: what is pending is what OrderPending told.
void write(const Pending& pending, runtime::StateWriter& out) {
  const auto payload = encode(Event{OrderPending{pending.purchase, pending.requested_at}});
  out.text(payload.type);
  out.text(payload.bytes);
}

void read_pending(runtime::StateReader& in, OrderBook& book) {
  const std::string type(in.text());
  const auto event = decode({type, std::string(in.text())});
  const auto* pending = event ? std::get_if<OrderPending>(&*event) : nullptr;
  if (pending == nullptr) return in.fail();
  book.put(pending->purchase.order_id, Pending{pending->purchase, pending->requested_at});
}

}  // namespace

std::string save(const OrderBook& book) {
  runtime::StateWriter out;
  out.reserve(16 + book.decided().size() * kDecidedBytes);
  runtime::write(book.decided(), out);
  out.number(static_cast<std::uint64_t>(book.pending().size()));
  for (const auto& [id, pending] : book.pending()) write(pending, out);
  return out.take();
}

Result<OrderBook> load_order_book(std::string_view bytes) {
  runtime::StateReader in(bytes);
  IdMap<OrderId, Decided> decided;
  runtime::read(in, decided);
  OrderBook book(std::move(decided));
  for (auto left = in.count(kPendingBytesMin); left > 0 && !in.has_failed(); --left) read_pending(in, book);
  if (!in.is_whole()) return failure(FailureKind::corrupt, "its orders cannot be read");
  return book;
}

}  // namespace ordo::orders
