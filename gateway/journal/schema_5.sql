-- journal.db, version 5: fewer bytes for each event (docs/decisions/bytes-for-an-event.md).

-- Ids are found block by block (32,768 entries), so that what is written for one stays in few pages, however long the
-- journal is. An id alone would put each into a page of its own: ids are random.
DROP INDEX entry_id;
CREATE INDEX entry_id ON entry (epoch_number, seq / 32768, substr(id, 1, 8));

CREATE TABLE print_job_5 (                    -- with row numbers: without them each row took an overflow page to itself
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
    evidence     TEXT,                        -- what the printout's end rests on
    PRIMARY KEY (epoch_number, seq, job)
) STRICT;
INSERT INTO print_job_5
    SELECT epoch_number, seq, job, entry_id, kind, printer, template, serial, station, state, reprint_of, evidence
    FROM print_job ORDER BY epoch_number, seq, job;
DROP TABLE print_job;
ALTER TABLE print_job_5 RENAME TO print_job;
CREATE INDEX print_job_open ON print_job (epoch_number, seq) WHERE state IN ('queued', 'unknown');
CREATE INDEX print_job_again ON print_job (reprint_of) WHERE reprint_of IS NOT NULL;
