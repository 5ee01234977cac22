-- journal.db: an entry may ask for several papers, the lot tag and the weigh slip of a receipt.

CREATE TABLE print_job_4 (                    -- in the order of its entries, the papers of one by name
    epoch_number INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    job          TEXT    NOT NULL,            -- the asking entry's id; another paper's name behind a point: <id>.slip
    entry_id     TEXT    NOT NULL,            -- the entry whose words the label bears
    kind         TEXT    NOT NULL,
    printer      TEXT    NOT NULL,
    template     TEXT    NOT NULL,
    serial       TEXT,
    station      TEXT,
    state        TEXT    NOT NULL,            -- queued, done, unknown, void; sending is queued and attempted
    reprint_of   TEXT,
    PRIMARY KEY (epoch_number, seq, job)
) STRICT, WITHOUT ROWID;
INSERT INTO print_job_4
    SELECT epoch_number, seq, job, entry_id, kind, printer, template, serial, station, state, reprint_of FROM print_job
    ORDER BY epoch_number, seq;
DROP TABLE print_job;
ALTER TABLE print_job_4 RENAME TO print_job;
CREATE INDEX print_job_open ON print_job (epoch_number, seq) WHERE state IN ('queued', 'unknown');
ALTER TABLE print_job ADD COLUMN evidence TEXT;              -- what the printout's end rests on
CREATE INDEX print_job_again ON print_job (reprint_of) WHERE reprint_of IS NOT NULL;
