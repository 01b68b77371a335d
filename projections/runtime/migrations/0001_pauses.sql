-- Live lanes that an operator holds: one row each, as long as it lasts. Not among the rows of the read model, so that it outlives
-- rebuilds and swaps.
create table pauses (
  lane text primary key,
  paused_at timestamptz not null default now(),
  paused_by text not null,
  reason text not null
);
