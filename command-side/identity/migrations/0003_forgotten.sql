-- People who are gone, by their ids alone, for as long as a token of theirs could still be shown: whoever keeps something of them is told.
CREATE TABLE forgotten (
  place        bigint PRIMARY KEY,  -- without gaps that could be filled later: deletions wait for each other
  user_id      uuid NOT NULL,
  forgotten_at timestamptz NOT NULL
);
