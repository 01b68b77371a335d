-- One row per order, as its last event left it. A NEW row is provisional: it comes from the inbox COMMANDS, which forgets; with
-- OrderPending every column is written anew. Fed by the lane `orders` only.
create table orders (
  order_id uuid primary key,
  user_id uuid not null,
  status text not null check (status in ('NEW', 'PENDING', 'PAID', 'CANCELLED', 'REFUNDED')),
  items jsonb not null,               -- [{sku, name?, quantity, unit_price}]
  total bigint not null check (total > 0),  -- minor units
  currency text not null,             -- ISO 4217
  payment_operation_id uuid,          -- with PAID and what follows it
  cancel_reason text,                 -- INSUFFICIENT_FUNDS, …; REQUESTED: its customer asked for it
  cancellation_id uuid,               -- with REQUESTED: which request it was, so that its repeat is known
  created_at timestamptz not null,    -- when it was asked for
  updated_at timestamptz not null,    -- when its last event was decided
  version integer not null check (version > 0),  -- NEW 1, PENDING 2, each change one more
  fingerprint uuid not null,          -- a hash of the body it was asked for with
  check (status not in ('PAID', 'REFUNDED') or payment_operation_id is not null)
) with (fillfactor = 80);

create index orders_newest_of_user on orders (user_id, created_at desc, order_id desc);
create index orders_newest on orders (created_at desc, order_id desc);

-- Every event of every order, only ever added to; fed by all lanes. The key serves both the promise (no event twice) and the
-- question for all of one order.
create table order_timeline (
  order_id uuid not null,
  user_id uuid not null,
  stream text not null,       -- where the event stands: ORDERS-2;
  sequence bigint not null,   -- the sequence of its message;
  index integer not null,     -- its place in the message
  type text not null,         -- OrderPending.v1
  event_id uuid not null,
  cause_stream text,          -- the event that led to this one; none for what a client asked for
  cause_sequence bigint,
  cause_index integer,
  correlation_id text not null,
  actor uuid,                 -- who asked; none when Ordo acted by itself
  occurred_at timestamptz not null,
  data jsonb not null,
  primary key (order_id, stream, sequence, index)
);

-- What of a user's is new: for those who watch all that is theirs; commands are told with what was decided upon them. A user has one
-- stream of each context, so its first letter tells which, and costs a rebuild less than its name.
create index order_timeline_of_user on order_timeline (user_id, (stream::"char"), sequence, index) where stream not like 'COMMANDS-%';
