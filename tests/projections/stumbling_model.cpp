#include "tests/projections/stumbling_model.hpp"

namespace ordo::tests {
namespace {

class Stumbling final : public projections::Projection {
 public:
  Stumbling(std::unique_ptr<projections::Projection> whole, std::shared_ptr<IsBroken> unreadable)
      : whole_(std::move(whole)), unreadable_(std::move(unreadable)) {}

  Result<void> add(const log::StreamPosition& at, const log::Event& event) override {
    if ((*unreadable_)(event)) return failure(FailureKind::corrupt, "this version cannot read it");
    return whole_->add(at, event);
  }
  Result<void> write(postgres::Transaction& transaction) override { return whole_->write(transaction); }
  Result<void> copy(postgres::Transaction& transaction) override { return whole_->copy(transaction); }
  void clear() override { whole_->clear(); }

 private:
  std::unique_ptr<projections::Projection> whole_;
  std::shared_ptr<IsBroken> unreadable_;
};

}  // namespace

projections::ReadModelDefinition model_that_cannot_read(std::shared_ptr<IsBroken> unreadable) {
  auto model = projections::read_model();
  for (auto& lane : model.lanes) {
    lane.make = [make = lane.make, unreadable](const std::string& schema) { return std::make_unique<Stumbling>(make(schema), unreadable); };
  }
  return model;
}

}  // namespace ordo::tests
