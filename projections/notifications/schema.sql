-- One row per letter, as its last event left it. Fed by the lane `notifications` only. Contact data is not here: it never leaves
-- identity's tables.
create table notifications (
  notification_id uuid primary key,
  order_id uuid not null,
  user_id uuid not null,
  channel text not null,            -- email
  kind text not null,               -- letter_of_happiness, letter_of_refund, …
  locale text,                      -- en, ru; with `sent`
  template_version integer,         -- of the letter's text; with `sent`
  state text not null check (state in ('sent', 'retrying', 'failed')),
  attempts integer not null check (attempts >= 0),
  reason text,                      -- why the last attempt failed
  next_attempt_at timestamptz,      -- with `retrying`
  sent_at timestamptz,              -- with `sent`
  created_at timestamptz not null,  -- when its first attempt was recorded
  correlation_id text not null,
  check ((state = 'sent') = (sent_at is not null)),
  check ((state = 'retrying') = (next_attempt_at is not null))
) with (fillfactor = 90);

create index notifications_newest_of_user on notifications (user_id, created_at desc, notification_id desc);
