-- People who may log in, and where to reach them: the only place that knows names and addresses.
CREATE TABLE users (
  user_id       uuid PRIMARY KEY,
  username      text NOT NULL,
  password_hash text NOT NULL,  -- argon2id, with its salt and cost
  email         text NOT NULL,
  phone         text NOT NULL,  -- E.164, or empty
  locale        text NOT NULL,
  channels      text[] NOT NULL,
  roles         text[] NOT NULL,
  created_at    timestamptz NOT NULL,
  updated_at    timestamptz NOT NULL,
  version       bigint NOT NULL
);

-- Ann and ann are one.
CREATE UNIQUE INDEX users_username ON users (lower(username));

-- Events that were decided together with a change above and still have to reach the log; a row goes when the log has it.
CREATE TABLE outbox (
  place          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id       uuid NOT NULL,  -- the same at every attempt, so that a repeat in the log is recognised
  user_id        uuid NOT NULL,
  type           text NOT NULL,
  payload        bytea NOT NULL,
  correlation_id text NOT NULL,
  traceparent    text NOT NULL,
  recorded_at    timestamptz NOT NULL
);

-- A family is what one login led to. Each token is good for one use; a second use revokes the family.
CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY,
  family     uuid NOT NULL,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id, expires_at);
