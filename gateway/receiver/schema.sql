-- What a receiver keeps: bodies by id, places in a chain apart from them, and everything that does not fit.

CREATE TABLE IF NOT EXISTS event (
    id          TEXT PRIMARY KEY,     -- the entry id: what is counted once
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    body_sha256 BLOB NOT NULL,
    has_body    INTEGER NOT NULL,     -- 0: came as its envelope only
    received    BLOB NOT NULL         -- the CloudEvent, byte for byte as it came; digests it came without are in place
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

CREATE INDEX IF NOT EXISTS place_correction ON place (kind) WHERE kind = 'clock-correction';

-- When each entry was written down, put right: a boot that began with a wrong clock says once by how much (kind
-- `clock-correction`), which holds for all its entries of a clock nobody had synchronised. Bodies never change.
CREATE VIEW IF NOT EXISTS corrected AS
    WITH correction AS (
        SELECT place.site, place.gateway, json_extract(CAST(received AS TEXT), '$.data.boot') AS boot,
            json_extract(CAST(received AS TEXT), '$.data.offsetMs') AS offset_ms
        FROM place JOIN event USING (id) WHERE place.kind = 'clock-correction'
        GROUP BY 1, 2, 3
    )
    SELECT place.site, place.gateway, epoch, seq, place.id, place.kind, place.boot, clock, wall_ms,
        wall_ms + iif(clock IN ('unsynced', 'confirmed'), coalesce(offset_ms, 0), 0) AS corrected_ms,
        CASE WHEN clock NOT IN ('unsynced', 'confirmed') THEN 'as recorded'
            WHEN offset_ms IS NULL THEN 'unknown' ELSE 'corrected' END AS time
    FROM place LEFT JOIN correction
        ON correction.site = place.site AND correction.gateway = place.gateway AND correction.boot = place.boot;

CREATE TABLE IF NOT EXISTS reading (  -- telemetry: the raw series, by the row of the gateway's own store
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    store       TEXT NOT NULL,
    row         INTEGER NOT NULL,
    source      TEXT NOT NULL,
    quantity    TEXT NOT NULL,
    unit        TEXT,
    at          TEXT NOT NULL,
    amount      TEXT,                 -- exact; NULL when the value was bad
    why         TEXT NOT NULL,
    lane        TEXT NOT NULL,        -- live, replayed
    PRIMARY KEY (site, gateway, store, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS telemetry ( -- all readings of this store up to row are here; what is acknowledged
    site        TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    n           INTEGER NOT NULL,     -- counts the stores of a gateway
    store       TEXT NOT NULL,
    row         INTEGER NOT NULL,
    PRIMARY KEY (site, gateway, store)
) STRICT, WITHOUT ROWID;
