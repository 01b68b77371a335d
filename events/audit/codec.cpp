#include "events/audit/events.hpp"
#include "events/audit/v1/audit.pb.h"
#include "events/codec/field_reader.hpp"

namespace ordo::audit {
namespace {

constexpr std::string_view kOperatorActed = "OperatorActed.v1";

}  // namespace

log::Payload encode(const OperatorActed& acted) {
  v1::OperatorActed out;
  out.set_act(std::string(acted.act.raw()));
  out.set_stage(static_cast<v1::Stage>(acted.stage));
  out.set_actor(acted.actor);
  out.set_action(acted.action);
  out.set_arguments(acted.arguments);
  out.set_reason(acted.reason);
  out.set_outcome(acted.outcome);
  return log::to_payload(std::string(kOperatorActed), out);
}

Result<OperatorActed> decode(const log::Payload& payload) {
  if (payload.type != kOperatorActed) return log::unknown_type(payload);
  const auto in = log::from_payload<v1::OperatorActed>(payload);
  if (!in) return tl::unexpected(in.error());
  codec::FieldReader fields(payload);
  OperatorActed acted;
  acted.act = fields.id<ActId>(in->act(), "act");
  acted.stage = fields.enumerator(in->stage(), Stage::begun, Stage::failed, "stage");
  acted.actor = in->actor();
  fields.require(!acted.actor.empty(), "actor");
  acted.action = in->action();
  fields.require(!acted.action.empty(), "action");
  acted.arguments = in->arguments();
  acted.reason = in->reason();
  acted.outcome = in->outcome();
  return fields.finish(std::move(acted));
}

}  // namespace ordo::audit
