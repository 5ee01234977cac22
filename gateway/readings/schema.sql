-- readings.db, version 1. Written in the order readings come; at_ms is Unix time in milliseconds.

CREATE TABLE store (                          -- one row: the random id of this file
    store TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    series   INTEGER PRIMARY KEY,
    source   TEXT    NOT NULL,
    quantity TEXT    NOT NULL,
    unit     TEXT    NOT NULL,                -- '' for counts
    last_row INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, quantity, unit)
) STRICT;

CREATE TABLE reading (
    row    INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, so that acknowledgements can name it
    series INTEGER NOT NULL,
    at_ms  INTEGER NOT NULL,
    amount TEXT,                              -- as read, every digit; NULL when the value was bad
    why    TEXT                               -- why it was bad
) STRICT;

CREATE INDEX reading_at ON reading (at_ms);   -- by time alone: one for each series would touch a page for each

CREATE TABLE hour (                           -- hours this store has been running, for retention without a wall clock
    hour     INTEGER PRIMARY KEY,
    last_row INTEGER NOT NULL
) STRICT;
