-- What a receiver keeps: bodies by id, places in a chain apart from them, and everything that does not fit.

CREATE TABLE IF NOT EXISTS event (
    id          TEXT PRIMARY KEY,     -- the entry id: what is counted once
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    body_sha256 BLOB NOT NULL,
    has_body    INTEGER NOT NULL,     -- 0: came as its envelope only
    received    BLOB NOT NULL         -- the CloudEvent, byte for byte as it came
) STRICT;

CREATE TABLE IF NOT EXISTS place (    -- an entry's place in its chain: all the hash is made of
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    epoch       TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    boot        TEXT NOT NULL,
    mono_ms     INTEGER NOT NULL,
    wall_ms     INTEGER NOT NULL,
    clock       TEXT NOT NULL,
    prev        BLOB NOT NULL,
    hash        BLOB NOT NULL,
    body_sha256 BLOB NOT NULL,
    lane        TEXT NOT NULL,
    signature   TEXT,                 -- of a checkpoint: verified, unverified, wrong
    deliveries  INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (site, gateway, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS watermark ( -- everything of this chain from 1 to seq is stored; what is acknowledged
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    epoch       TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    PRIMARY KEY (site, gateway, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS conflict ( -- what came and did not fit; a person decides
    n           INTEGER PRIMARY KEY,
    found       TEXT NOT NULL,        -- fork, body, altered, misplaced, key, unreadable
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    epoch       TEXT,
    seq         INTEGER,
    id          TEXT,
    why         TEXT NOT NULL,
    digest      BLOB NOT NULL,        -- SHA-256 of received: the same thing again is counted, not kept twice
    received    BLOB NOT NULL,
    deliveries  INTEGER NOT NULL DEFAULT 1,
    UNIQUE (found, site, gateway, digest)
) STRICT;

CREATE TABLE IF NOT EXISTS sender (
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    state       BLOB,                 -- its last birth or will
    announced   BLOB,                 -- the public key it names itself
    registered  BLOB,                 -- the public key a person registered
    PRIMARY KEY (site, gateway)
) STRICT, WITHOUT ROWID;
