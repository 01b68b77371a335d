-- Log-ins that failed, of an account or from an address, in the window that began with the first: what makes guessing slow, whichever gateway
-- is asked. Names are hashed, those that belong to nobody too. After a crash it is empty, which is no loss.
CREATE UNLOGGED TABLE guesses (
  who         bytea PRIMARY KEY,
  failures    integer NOT NULL,
  window_ends timestamptz NOT NULL
);

CREATE INDEX guesses_over ON guesses (window_ends);
