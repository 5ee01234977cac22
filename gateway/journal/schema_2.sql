-- journal.db, version 2: fewer pages touched by each event, and what retention, repair and re-chaining stand on.

CREATE TABLE entry_2 (                        -- in its own order, without a second tree for it
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,            -- from 1, without a gap
    epoch        TEXT    NOT NULL,
    id           TEXT    NOT NULL,            -- bare UUID; again in a later epoch only where a fork was re-chained
    kind         TEXT    NOT NULL,
    boot         TEXT    NOT NULL,
    mono_ms      INTEGER NOT NULL,
    wall_ms      INTEGER NOT NULL,
    clock        TEXT    NOT NULL,
    prev         BLOB    NOT NULL,
    hash         BLOB    NOT NULL,
    body_sha256  BLOB    NOT NULL,
    body         TEXT,                        -- RFC 8785; NULL once purged, quarantined or re-chained
    PRIMARY KEY (epoch_number, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO entry_2
    SELECT epoch_number, seq, epoch, id, kind, boot, mono_ms, wall_ms, clock, prev, hash, body_sha256, body FROM entry
    ORDER BY epoch_number, seq;
DROP TABLE entry;
ALTER TABLE entry_2 RENAME TO entry;
CREATE INDEX entry_id ON entry (substr(id, 1, 13));   -- 48 random bits find it; whoever asks compares the whole id

CREATE TABLE print_job_2 (                    -- in the order of its entries; a job bears its own entry's id
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    job          TEXT    NOT NULL,
    entry_id     TEXT    NOT NULL,            -- the entry whose words the label bears
    kind         TEXT    NOT NULL,
    printer      TEXT    NOT NULL,
    template     TEXT    NOT NULL,
    serial       TEXT,
    station      TEXT,
    state        TEXT    NOT NULL,            -- queued, done, unknown, void; sending is queued and attempted
    reprint_of   TEXT,
    PRIMARY KEY (epoch_number, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO print_job_2
    SELECT epoch_number, seq, job, entry_id, kind, printer, template, serial, station, state, reprint_of FROM print_job
    ORDER BY epoch_number, seq;
DROP TABLE print_job;
ALTER TABLE print_job_2 RENAME TO print_job;
CREATE INDEX print_job_open ON print_job (epoch_number, seq) WHERE state IN ('queued', 'unknown');

-- Operational state says everything twice, so that a flipped bit in it is found (PRAGMA integrity_check reads CHECKs).

CREATE TABLE cursor_2 (
    follower     TEXT    PRIMARY KEY,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    again        TEXT    NOT NULL CHECK (again = follower || ' ' || epoch_number || ' ' || seq)
) STRICT, WITHOUT ROWID;
INSERT INTO cursor_2 SELECT follower, epoch_number, seq, follower || ' ' || epoch_number || ' ' || seq FROM cursor;
DROP TABLE cursor;
ALTER TABLE cursor_2 RENAME TO cursor;

CREATE TABLE issued_2 (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL,
    again TEXT    NOT NULL CHECK (again = name || ' ' || value)
) STRICT, WITHOUT ROWID;
INSERT INTO issued_2 SELECT name, value, name || ' ' || value FROM issued;
DROP TABLE issued;
ALTER TABLE issued_2 RENAME TO issued;

CREATE TABLE hour (                           -- hours of running, for retention without a wall clock; the end of each
    hour         INTEGER PRIMARY KEY,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL
) STRICT;

CREATE TABLE purged (                         -- one row: up to here bodies are gone
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL
) STRICT;

CREATE TABLE quarantine (                     -- bodies that are not what was recorded, as they were found
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    body         TEXT,
    PRIMARY KEY (epoch_number, seq)
) STRICT, WITHOUT ROWID;
