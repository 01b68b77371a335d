-- The tables of a monolith that does what Ordo does, in one transaction: as lean as they can be. Amounts are minor units.
create table wallets (
  user_id bigint primary key,
  balance bigint not null check (balance >= 0)
) with (fillfactor = 80);

create table orders (
  order_id bigint generated always as identity primary key,
  user_id bigint not null,
  status text not null,
  items jsonb not null,
  total bigint not null,
  currency text not null,
  created_at timestamptz not null
);

create table outbox (
  place bigint generated always as identity primary key,
  user_id bigint not null,
  payload jsonb not null
);

insert into wallets select number, 1000000000000 from generate_series(1, :wallets) as number;
