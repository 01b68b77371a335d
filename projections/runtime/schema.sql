-- How far each lane has read each of its streams. Written in the transaction that writes the rows, so rows and checkpoint never
-- disagree. A full table of these is a few kilobytes; the room left in its pages keeps the many updates in place.
create table checkpoints (
  lane text not null,
  stream text not null,      -- ORDERS-2
  sequence bigint not null check (sequence >= 0),  -- of the last message that is in the rows; 0: none yet
  primary key (lane, stream)
) with (fillfactor = 10);

-- Whoever holds back reads until a checkpoint has come hears of each transaction that moves one.
create function tell_of_checkpoints() returns trigger language plpgsql as $$
begin
  perform pg_notify('ordo_checkpoints', '');
  return null;
end $$;
create trigger told after insert or update on checkpoints for each statement execute function tell_of_checkpoints();

-- What made these tables: one row. Another version of the program refuses to go on with them.
create table schema_version (
  one boolean primary key default true check (one),
  version bigint not null,    -- of the meaning of the rows
  fingerprint uuid not null,  -- of the text of the tables
  claim uuid not null,        -- drawn when the tables are made, and anew by a rebuild that goes on with them; a lane writes
                              -- only under the one that it opened them with
  pulse bigint,               -- counts on while a rebuild fills them; null: no rebuild does
  stage text not null default 'whole'  -- bare: bulk tables have no keys yet and are filled by COPY; finishing: they get their keys
    check (stage in ('bare', 'finishing', 'whole'))
);

-- Events that a lane could not make into rows, and those behind them in the same stream under the same key, in their order. Like the
-- checkpoints, book-keeping of this schema: a rebuild parks anew what it cannot read.
create table parked_events (
  lane text not null,
  stream text not null,          -- where the event stands: ORDERS-2;
  sequence bigint not null,      -- the sequence of its message;
  index integer not null,        -- its place in the message
  user_id uuid not null,         -- the key that it is parked under
  order_id uuid not null,        -- all zeros: it holds up all that is the user's
  type text not null,
  event_id uuid not null,
  attempts bigint not null check (attempts >= 0),  -- 0: it waits behind another
  reason text,                   -- of the last attempt
  first_failed_at timestamptz,
  last_failed_at timestamptz,
  parked_at timestamptz not null default now(),
  primary key (lane, stream, sequence, index),
  check ((attempts > 0) = (reason is not null and first_failed_at is not null and last_failed_at is not null))
);

create index parked_events_of_user on parked_events (user_id, order_id);

-- Parked events that an operator has thrown away: these tables will not show them.
create table discarded_events (
  lane text not null,
  stream text not null,
  sequence bigint not null,
  index integer not null,
  user_id uuid not null,
  order_id uuid not null,
  type text not null,
  event_id uuid not null,
  reason text,                   -- why it was parked; none: it waited behind another
  discarded_at timestamptz not null default now(),
  discarded_by text not null,
  discarded_for text not null,   -- what the operator said
  primary key (lane, stream, sequence, index)
);
