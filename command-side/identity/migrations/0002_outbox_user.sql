-- Each log-in asks whether the log has heard of the user yet.
CREATE INDEX outbox_user ON outbox (user_id);
