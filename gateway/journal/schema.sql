-- journal.db, version 1. Times in *_ms are milliseconds; kilograms in *_ug are whole micrograms, so that sums are exact.

CREATE TABLE epoch (
    number     INTEGER PRIMARY KEY,           -- rises, also over a lost file
    epoch      TEXT    NOT NULL UNIQUE,       -- random UUID
    gateway    TEXT    NOT NULL,
    public_key BLOB    NOT NULL,              -- 32 raw bytes, Ed25519
    reason     TEXT    NOT NULL               -- why it was begun: first, damaged, new-key, ...
) STRICT;

CREATE TABLE entry (
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,            -- from 1, without a gap
    epoch        TEXT    NOT NULL,
    id           TEXT    NOT NULL UNIQUE,     -- bare UUID
    kind         TEXT    NOT NULL,
    boot         TEXT    NOT NULL,
    mono_ms      INTEGER NOT NULL,
    wall_ms      INTEGER NOT NULL,
    clock        TEXT    NOT NULL,
    prev         BLOB    NOT NULL,
    hash         BLOB    NOT NULL,
    body_sha256  BLOB    NOT NULL,
    body         TEXT,                        -- RFC 8785; NULL once purged or quarantined
    PRIMARY KEY (epoch_number, seq)
) STRICT;

CREATE TABLE checkpoint (                     -- a copy of each checkpoint entry's statement; never purged
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,            -- of the checkpoint entry itself
    covers       INTEGER NOT NULL,            -- the entry it signs
    hash         BLOB    NOT NULL,            -- that entry's hash
    signature    BLOB    NOT NULL,
    PRIMARY KEY (epoch_number, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE head (                           -- one row, signed, rewritten in each commit
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    epoch_number INTEGER NOT NULL,
    epoch        TEXT    NOT NULL,
    seq          INTEGER NOT NULL,
    hash         BLOB    NOT NULL,
    signature    BLOB    NOT NULL
) STRICT;

-- Operational state: not derived from entries.

CREATE TABLE cursor (                         -- how far each follower has come
    follower     TEXT    PRIMARY KEY,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE print_attempt (                  -- committed before the first byte of a label leaves
    job TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE issued (                         -- counts handed out that no body names (counters.py)
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Projections: derived from entries alone, by gateway/journal/projections.

CREATE TABLE boot (
    boot         TEXT    PRIMARY KEY,
    epoch_number INTEGER NOT NULL,            -- its first entry
    seq          INTEGER NOT NULL,
    offset_ms    INTEGER                      -- add to its wall times; NULL until a correction came
) STRICT, WITHOUT ROWID;

CREATE TABLE date_confirmed (
    boot     TEXT PRIMARY KEY,
    day      TEXT NOT NULL,
    operator TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE lot (
    lot            TEXT    PRIMARY KEY,
    gtin           TEXT    NOT NULL,
    product        TEXT    NOT NULL,
    area           TEXT,
    farm           TEXT,
    province       TEXT,
    harvested_from TEXT    NOT NULL,
    harvested_to   TEXT    NOT NULL,
    opened_at      TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    received_ug    INTEGER NOT NULL DEFAULT 0,
    packed_ug      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE genealogy (                      -- what became of what: lot code or EPC to EPC
    parent TEXT    NOT NULL,
    child  TEXT    NOT NULL,
    ug     INTEGER NOT NULL,
    PRIMARY KEY (parent, child)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (                        -- open receipts only
    receipt  TEXT    PRIMARY KEY,
    lot      TEXT    NOT NULL,
    station  TEXT,
    loads    INTEGER NOT NULL DEFAULT 0,
    gross_ug INTEGER NOT NULL DEFAULT 0,
    tare_ug  INTEGER NOT NULL DEFAULT 0,
    net_ug   INTEGER NOT NULL DEFAULT 0,
    crates   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE binding (
    station  TEXT PRIMARY KEY,
    lot      TEXT,                            -- NULL: ended
    since    TEXT NOT NULL,
    operator TEXT,
    reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE operator (
    station  TEXT PRIMARY KEY,
    operator TEXT                             -- NULL: nobody any more
) STRICT, WITHOUT ROWID;

CREATE TABLE last_load (
    station TEXT PRIMARY KEY,
    serial  TEXT,                             -- NULL at a gate
    lot     TEXT NOT NULL,
    net     TEXT NOT NULL,
    at      TEXT NOT NULL,
    boot    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE occupancy (                      -- a stay of a lot in a room; until is NULL while it is inside
    room         TEXT    NOT NULL,
    lot          TEXT    NOT NULL,
    epoch_number INTEGER NOT NULL,            -- the entry that brought it in
    seq          INTEGER NOT NULL,
    since        TEXT    NOT NULL,
    until        TEXT,
    PRIMARY KEY (room, lot, epoch_number, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_window (                    -- how far each room's windows have come
    room  TEXT PRIMARY KEY,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
    alarm     TEXT    PRIMARY KEY,
    rule      TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    state     TEXT    NOT NULL,
    room      TEXT,
    source    TEXT    NOT NULL,
    quantity  TEXT    NOT NULL,
    unit      TEXT,
    value     TEXT,
    minimum   TEXT,
    maximum   TEXT,
    message   TEXT    NOT NULL,
    since     TEXT    NOT NULL,
    at        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (                        -- the highest number seen; scope is a date (yymmdd) or an epoch
    name  TEXT    NOT NULL,
    scope TEXT    NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE print_job (
    job          TEXT    PRIMARY KEY,
    epoch_number INTEGER NOT NULL,            -- its own entry
    seq          INTEGER NOT NULL,
    entry_id     TEXT    NOT NULL,            -- the entry whose words the label bears
    kind         TEXT    NOT NULL,
    printer      TEXT    NOT NULL,
    template     TEXT    NOT NULL,
    serial       TEXT,
    station      TEXT,
    state        TEXT    NOT NULL,            -- queued, done, unknown, void; sending is queued and attempted
    reprint_of   TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX print_job_latest ON print_job (station, epoch_number, seq);
CREATE INDEX print_job_open ON print_job (epoch_number, seq) WHERE state IN ('queued', 'unknown');
