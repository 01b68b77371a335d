-- What owners could not decide: one row per owner and key, as long as inputs are parked under it. Rows of a context are written by the
-- lane that reads its owner's stream, and by no other.
create table parked_keys (
  user_id uuid not null,
  order_id uuid not null,        -- all zeros: it is about the user, and holds up all that is the user's
  context text not null check (context in ('orders', 'billing', 'notifications')),  -- whose owner parked them
  inputs bigint not null check (inputs > 0),  -- so many wait, in their order
  attempts bigint not null check (attempts >= 0),  -- to decide the first of them; 0: it waits to be tried again
  reason text,                   -- why it could not be decided
  first_failed_at timestamptz,
  last_failed_at timestamptz,
  parked_at timestamptz not null,  -- when the first of all that came under this key was parked
  primary key (user_id, order_id, context),
  check ((attempts > 0) = (reason is not null and first_failed_at is not null and last_failed_at is not null))
);
