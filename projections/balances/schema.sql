-- One row per wallet. All tables here are fed by the lane `balances` only. Amounts are minor units.
create table balances (
  user_id uuid primary key,
  balance bigint not null check (balance >= 0),
  currency text not null,           -- ISO 4217
  updated_at timestamptz not null,  -- when the last event that changed it was decided
  version bigint not null check (version > 0),  -- how many events changed it; opening it was the first
  stream text not null,             -- where the last of them stands
  sequence bigint not null,
  index integer not null
) with (fillfactor = 80);

-- What moved money: one row each, never changed.
create table operations (
  operation_id uuid primary key,
  user_id uuid not null,
  kind text not null check (kind in ('topup', 'payment', 'refund')),
  order_id uuid,                    -- of a payment or refund
  amount bigint not null check (amount > 0),
  currency text not null,
  balance_after bigint not null check (balance_after >= 0),
  occurred_at timestamptz not null,
  stream text not null,             -- where its event stands
  sequence bigint not null,
  index integer not null,
  fingerprint uuid,                 -- a hash of the body a top-up was asked for with
  check ((kind = 'topup') = (order_id is null))
);

create index operations_newest_of_user on operations (user_id, sequence desc, index desc);

-- The double entry: every operation takes from one account what it gives to another. A row of `operations` names both and holds the amount
-- once, so the two halves cannot differ; here they are told apart. account: wallet:<user id>, cash, sales; amount above zero: to it.
create view entries as
  select operation_id, 'wallet:' || user_id as account, case kind when 'payment' then -amount else amount end as amount from operations
  union all
  select operation_id, case kind when 'topup' then 'cash' else 'sales' end, case kind when 'payment' then amount else -amount end
  from operations;

-- Accounts that were asked for under an Idempotency-Key, so that whoever repeats it is answered as before. One row each, never changed.
create table account_requests (
  operation_id uuid primary key,
  user_id uuid not null,
  currency text not null,           -- that was asked for
  occurred_at timestamptz not null,
  stream text not null,             -- where its event stands
  sequence bigint not null,
  index integer not null,
  fingerprint uuid not null
);

-- Top-ups that billing refused, so that whoever repeats one or waits for it learns why. No money moved.
create table refused_operations (
  operation_id uuid primary key,
  user_id uuid not null,
  amount bigint not null,
  currency text not null,
  reason text not null,             -- NO_ACCOUNT, …
  occurred_at timestamptz not null,
  stream text not null,             -- where its event stands
  sequence bigint not null,
  index integer not null,
  fingerprint uuid not null
);
