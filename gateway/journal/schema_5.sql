-- journal.db, version 5: ids are found block by block (32,768 entries), so that what is written for one stays in few pages,
-- however long the journal is. An id alone would put each into a page of its own: ids are random.

DROP INDEX entry_id;
CREATE INDEX entry_id ON entry (epoch_number, seq / 32768, substr(id, 1, 8));
