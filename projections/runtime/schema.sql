-- How far each lane has read each of its streams. Written in the transaction that writes the rows, so rows and checkpoint never
-- disagree. A full table of these is a few kilobytes; the room left in its pages keeps the many updates in place.
create table checkpoints (
  lane text not null,
  stream text not null,      -- ORDERS-2
  sequence bigint not null check (sequence >= 0),  -- of the last message that is in the rows; 0: none yet
  primary key (lane, stream)
) with (fillfactor = 10);

-- What made these tables: one row. Another version of the program refuses to go on with them.
create table schema_version (
  one boolean primary key default true check (one),
  version bigint not null,    -- of the meaning of the rows
  fingerprint uuid not null,  -- of the text of the tables
  claim uuid not null,        -- drawn when the tables are made, and anew by a rebuild that goes on with them; a lane writes
                              -- only under the one that it opened them with
  pulse bigint                -- counts on while a rebuild fills them; null: no rebuild does
);
