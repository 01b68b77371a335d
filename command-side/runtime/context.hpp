#pragma once
// Purpose: what one context (orders, billing, notifications) does with one partition's events. The owner does the rest: it reads,
//          folds at start, appends and fences.
// Threads: the owner's thread only.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "command-side/runtime/journal.hpp"
#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/pace.hpp"

namespace ordo::runtime {

struct Input {
  log::StreamKind stream;
  log::Position position;
  const log::Event& event;

  [[nodiscard]] log::Cause cause() const { return {stream, position, event.id}; }
};

class Context {
 public:
  virtual ~Context() = default;

  [[nodiscard]] virtual log::StreamKind output() const = 0;
  [[nodiscard]] virtual std::span<const log::StreamKind> inputs() const = 0;

  // state = evolve(state, event), for an event of the own output stream. Errors: corrupt stops the owner.
  [[nodiscard]] virtual Result<void> fold(const log::Event& own) = 0;

  // The state as bytes, for a snapshot. The version says what they mean: it is raised whenever that changes, or whenever folding
  // the same events would give another state, and a snapshot of another version is not used.
  [[nodiscard]] virtual std::uint32_t state_version() const = 0;
  [[nodiscard]] virtual std::string save_state() const = 0;
  // Instead of folding what led to it. Errors: corrupt; the state is as it was.
  [[nodiscard]] virtual Result<void> load_state(std::string_view bytes) = 0;

  // A stream of which all that it holds by now must be decided before this input.
  [[nodiscard]] virtual Result<std::optional<log::StreamKind>> wants_first(const Input& /*input*/) { return std::nullopt; }

  // False for what the context understands and has nothing to do with: it need not wait behind a parked input.
  [[nodiscard]] virtual bool is_concerned_with(const Input& /*input*/) { return true; }

  // Decides an input: records what follows and says what is decided. Errors: corrupt stops the owner.
  [[nodiscard]] virtual Result<void> take(const Input& input, Journal& journal) = 0;

  // Records what is not of the context's making, if anything, and counts the input as decided: in the input's turn, when all that
  // was taken before it is decided.
  virtual void conclude(const Input& input, std::optional<Decision> decision, Journal& journal) {
    if (decision) journal.record(std::move(*decision), input.cause(), input.event.trace);
    journal.decided(input.stream, input.position);
  }

  // For contexts that start something outside before they can decide: some of it is done.
  [[nodiscard]] virtual Result<void> noted(Journal& /*journal*/) { return {}; }
  // For contexts with something due at a time, or to be started for all inputs that were taken at once: called once everything of the
  // own stream is folded, and after inputs were taken, again and again.
  [[nodiscard]] virtual Result<void> tick(Timestamp /*now*/) { return {}; }
  [[nodiscard]] virtual PaceLimits pace() const { return {}; }
  // False while so much is under way outside that no input should come.
  [[nodiscard]] virtual bool wants_input() const { return true; }
  // The end is near: start nothing outside any more. Called once; `noted` still comes for what is under way.
  virtual void wind_up(Journal& /*journal*/) {}
  // Something outside is under way that should still be recorded.
  [[nodiscard]] virtual bool is_busy() const { return false; }
};

// A context that decides at once: a pure decider and how its inputs are read.
//   Traits::Decider, Traits::kOutput, Traits::kInputs
//   Traits::read(stream, event) -> Result<std::optional<Decider::Input>>: nothing for events that are not its business
//   Traits::kStateVersion, Traits::save(state) -> std::string, Traits::load(bytes) -> Result<State>
//   Traits::text(rejection) -> std::string_view
//   Traits::wants_first(state, input) -> std::optional<log::StreamKind>, where it has something to say: as Context::wants_first
template <class Traits>
class DecidingContext final : public Context {
 public:
  using D = typename Traits::Decider;

  [[nodiscard]] log::StreamKind output() const override { return Traits::kOutput; }
  [[nodiscard]] std::span<const log::StreamKind> inputs() const override { return Traits::kInputs; }

  [[nodiscard]] Result<void> fold(const log::Event& own) override {
    const auto event = Traits::decode(own.payload);
    if (!event) return tl::unexpected(event.error());
    state_ = D::evolve(std::move(state_), *event);
    return {};
  }

  [[nodiscard]] std::uint32_t state_version() const override { return Traits::kStateVersion; }
  [[nodiscard]] std::string save_state() const override { return Traits::save(state_); }
  [[nodiscard]] Result<void> load_state(std::string_view bytes) override {
    auto state = Traits::load(bytes);
    if (!state) return tl::unexpected(state.error());
    state_ = std::move(*state);
    return {};
  }

  [[nodiscard]] Result<std::optional<log::StreamKind>> wants_first(const Input& input) override {
    if constexpr (requires(const typename D::Input& read) { Traits::wants_first(state_, read); }) {
      if (auto read = this->read(input); !read) return tl::unexpected(read.error());
      if (read_->input) return Traits::wants_first(state_, *read_->input);
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_concerned_with(const Input& input) override { return !read(input) || read_->input; }

  [[nodiscard]] Result<void> take(const Input& input, Journal& journal) override {
    if (auto read = this->read(input); !read) return read;
    if (read_->input) {
      const auto decision = D::decide(state_, *read_->input);
      if (!decision) return failure(FailureKind::corrupt, std::string(Traits::text(decision.error())));
      if (*decision) {
        journal.record({topic_of(**decision), encode(**decision)}, input.cause(), input.event.trace);
        state_ = D::evolve(std::move(state_), **decision);
      }
    }
    journal.decided(input.stream, input.position);
    return {};
  }

  [[nodiscard]] const typename D::State& state() const { return state_; }

 private:
  // An input is looked at before it is taken, and understood once.
  struct Read {
    EventId event;
    std::optional<typename D::Input> input;
  };

  [[nodiscard]] Result<void> read(const Input& input) {
    if (read_ && read_->event == input.event.id) return {};
    read_.reset();
    auto read = Traits::read(input.stream, input.event);
    if (!read) return tl::unexpected(read.error());
    read_ = Read{input.event.id, std::move(*read)};
    return {};
  }

  typename D::State state_;
  std::optional<Read> read_;
};

}  // namespace ordo::runtime
