-- journal.db, version 3: lots from the gate to the truck. A single carton is one row; nothing of it is held in memory.

ALTER TABLE lot ADD COLUMN grade TEXT;                       -- NULL: a harvest lot
ALTER TABLE lot ADD COLUMN export INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN market TEXT;
ALTER TABLE lot ADD COLUMN product_name TEXT;                -- in Vietnamese, once an event told it
ALTER TABLE lot ADD COLUMN inspection TEXT;                  -- the last result that stands; NULL: not inspected
ALTER TABLE lot ADD COLUMN held TEXT;                        -- why it is set apart; NULL: it is not
ALTER TABLE lot ADD COLUMN graded_ug INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN destroyed_ug INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN dispatched_ug INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lot ADD COLUMN register_age_h INTEGER;           -- the register of areas was so old, too old, at the gate
ALTER TABLE lot ADD COLUMN search TEXT NOT NULL DEFAULT '';  -- code, farm, area, product, vehicle: folded, for looking up
UPDATE lot SET product_name = told.name FROM (
    SELECT json_extract(body, '$."ph:lot"') AS lot, json_extract(body, '$.ilmd."ph:productName"') AS name
    FROM entry WHERE kind = 'harvest-lot' AND body IS NOT NULL
) AS told WHERE lot.lot = told.lot;
UPDATE lot SET search = fold(concat_words(lot, farm, area, province, product, product_name));

CREATE TABLE carton (                         -- serials rise, so rows are appended
    serial       TEXT    PRIMARY KEY,
    gtin         TEXT    NOT NULL,
    lot          TEXT    NOT NULL,
    ug           INTEGER NOT NULL,
    state        TEXT    NOT NULL,            -- packed, void, dispatched, destroyed
    pallet       TEXT,                        -- it stands on this one now (or left with it)
    dispatch     TEXT,
    revision     INTEGER NOT NULL,
    epoch_number INTEGER NOT NULL,            -- the entry that says what it is now
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX carton_lot ON carton (lot);
CREATE INDEX carton_pallet ON carton (pallet) WHERE pallet IS NOT NULL;

INSERT INTO carton (serial, gtin, lot, ug, state, revision, epoch_number, seq)
    SELECT g.serial, g.gtin, g.parent, g.ug, 'packed', 0, COALESCE(e.epoch_number, 0), COALESCE(e.seq, 0)
    FROM (
        SELECT substr(child, instr(child, '/21/') + 4) AS serial, substr(child, instr(child, '/01/') + 4, 14) AS gtin,
            parent, ug
        FROM genealogy WHERE child LIKE 'https://%/21/%'
    ) AS g LEFT JOIN (
        SELECT json_extract(body, '$."ph:serial"') AS serial, epoch_number, seq
        FROM entry WHERE kind = 'carton' AND body IS NOT NULL
    ) AS e ON e.serial = g.serial
    ORDER BY g.serial;
DELETE FROM genealogy WHERE child LIKE 'https://%/21/%';      -- a carton's row names its lot: from now on lots only

CREATE INDEX genealogy_child ON genealogy (child);

CREATE TABLE pallet (
    sscc         TEXT    PRIMARY KEY,
    state        TEXT    NOT NULL,            -- open, closed, dispatched, apart, destroyed
    cartons      INTEGER NOT NULL DEFAULT 0,
    net_ug       INTEGER NOT NULL DEFAULT 0,
    gross_ug     INTEGER,
    dispatch     TEXT,
    held         TEXT,
    station      TEXT,                        -- where it is being built, while it is open
    begun_at     TEXT    NOT NULL,
    epoch_number INTEGER NOT NULL,            -- the last entry that built it
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pallet_stay (                    -- a stay of a carton on a pallet that has ended
    serial       TEXT    NOT NULL,
    sscc         TEXT    NOT NULL,
    epoch_number INTEGER NOT NULL,            -- the entry that ended it
    seq          INTEGER NOT NULL,
    until        TEXT    NOT NULL,
    PRIMARY KEY (serial, epoch_number, seq)
) STRICT, WITHOUT ROWID;

ALTER TABLE occupancy RENAME COLUMN lot TO goods;            -- a lot's code or a pallet's SSCC
ALTER TABLE occupancy ADD COLUMN out_epoch_number INTEGER;   -- the entry that took it out
ALTER TABLE occupancy ADD COLUMN out_seq INTEGER;
UPDATE occupancy SET out_epoch_number = out.epoch_number, out_seq = out.seq FROM (
    SELECT json_extract(body, '$."ph:lot"') AS goods, json_extract(body, '$."ph:room"') AS room,
        json_extract(body, '$.eventTime') AS at, epoch_number, seq
    FROM entry WHERE kind = 'room-out' AND body IS NOT NULL
) AS out WHERE occupancy.goods = out.goods AND occupancy.room = out.room AND occupancy.until = out.at;
CREATE INDEX occupancy_goods ON occupancy (goods);
CREATE INDEX occupancy_inside ON occupancy (room) WHERE until IS NULL;

CREATE TABLE inspection (
    number       TEXT    PRIMARY KEY,
    lot          TEXT    NOT NULL,
    result       TEXT    NOT NULL,
    at           TEXT    NOT NULL,
    revision     INTEGER NOT NULL,
    void         INTEGER NOT NULL DEFAULT 0,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inspection_lot ON inspection (lot);

CREATE TABLE dispatch (
    number        TEXT    PRIMARY KEY,
    state         TEXT    NOT NULL,           -- open, left, void, recalled
    customer      TEXT    NOT NULL,
    customer_name TEXT    NOT NULL,
    customer_address TEXT,
    customer_gln  TEXT,
    vehicle       TEXT,
    container     TEXT,
    seal          TEXT,
    market        TEXT,
    po            TEXT,
    documents     TEXT    NOT NULL,           -- a JSON object
    station       TEXT,
    at            TEXT    NOT NULL,           -- opened, then left
    net_ug        INTEGER NOT NULL DEFAULT 0,
    epoch_number  INTEGER NOT NULL,
    seq           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dispatch_goods (
    dispatch TEXT    NOT NULL,
    goods    TEXT    NOT NULL,                -- a pallet's SSCC or a lot's code
    ug       INTEGER,                         -- of a lot, once it has left
    PRIMARY KEY (dispatch, goods)
) STRICT, WITHOUT ROWID;
CREATE INDEX dispatch_goods_goods ON dispatch_goods (goods);

CREATE TABLE goods_entry (                    -- which entries are about which lot, pallet, dispatch; not single cartons
    goods        TEXT    NOT NULL,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    PRIMARY KEY (goods, epoch_number, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO goods_entry (goods, epoch_number, seq, kind)
    SELECT COALESCE(json_extract(body, '$."ph:lot"'), json_extract(body, '$.lot')), epoch_number, seq, kind FROM entry
    WHERE kind IN ('lot-opened', 'weighing', 'harvest-lot', 'receipt', 'room-in', 'room-out', 'lot-closed')
        AND body IS NOT NULL
    ORDER BY 1, 2, 3;

CREATE TABLE declared (                       -- entries declared to be in error
    entry_id     TEXT    PRIMARY KEY,
    kind         TEXT    NOT NULL,
    n            TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    epoch_number INTEGER NOT NULL,            -- the declaration
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stamp (
    stamp        TEXT    PRIMARY KEY,
    serial       TEXT    NOT NULL,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX stamp_serial ON stamp (serial);

CREATE TABLE paper_form (                     -- numbered forms that were taken down
    form         TEXT    PRIMARY KEY,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE request (                        -- asked for under a key of the asker's: the first and last entry it made
    request      TEXT    PRIMARY KEY,
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    last_seq     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE receipt ADD COLUMN vehicle TEXT;
ALTER TABLE receipt ADD COLUMN deduction_ug INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipt ADD COLUMN deduction_reason TEXT;

CREATE TABLE receipt_crate (                  -- crates by type, of open receipts
    receipt TEXT    NOT NULL,
    crate   TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (receipt, crate)
) STRICT, WITHOUT ROWID;

INSERT INTO receipt_crate (receipt, crate, count)
    SELECT json_extract(body, '$.receipt') AS number, json_extract(body, '$.crate'), sum(json_extract(body, '$.crates'))
    FROM entry WHERE kind = 'weighing' AND body IS NOT NULL AND json_extract(body, '$.crate') IS NOT NULL
        AND json_extract(body, '$.receipt') IN (SELECT receipt FROM receipt)
    GROUP BY 1, 2;

CREATE TABLE grading_run (                    -- runs that are not finished
    run     TEXT    PRIMARY KEY,
    lot     TEXT    NOT NULL,
    station TEXT,
    loads   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE grading_sum (                    -- what came out of them so far; the empty grade is thrown away
    run   TEXT    NOT NULL,
    grade TEXT    NOT NULL,
    ug    INTEGER NOT NULL,
    loads INTEGER NOT NULL,
    PRIMARY KEY (run, grade)
) STRICT, WITHOUT ROWID;

ALTER TABLE alarm ADD COLUMN operator TEXT;                  -- who acknowledged it
ALTER TABLE alarm ADD COLUMN reason TEXT;
ALTER TABLE alarm ADD COLUMN done TEXT;
