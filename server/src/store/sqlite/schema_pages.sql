-- Each record came to some ten pages of 4 KiB, each of which a commit writes to the log and a checkpoint to the database. What is
-- looked up by a hash keeps one small row beside its phone's others; texts, and ids that begin with a time, go to an end that all share.

-- Found by the batch's place, and by hash from the newest on: a record names the newest receipt that its phone held.
ALTER TABLE receipts RENAME TO receipts_before;
CREATE TABLE receipts (
    install INTEGER NOT NULL REFERENCES installations, epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL, batch BLOB NOT NULL,
    hash BLOB NOT NULL, t_ms INTEGER NOT NULL, to_seq INTEGER NOT NULL, outcomes BLOB NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (install, epoch, from_seq, batch)
) WITHOUT ROWID;
CREATE TEMP TABLE numbered AS
    SELECT install, batch, row_number() OVER (ORDER BY t_ms, install, batch) + (SELECT coalesce(max(no), 0) FROM bytes) AS no
    FROM receipts_before;
INSERT INTO bytes (no, compact)
    SELECT n.no, r.compact FROM temp.numbered n JOIN receipts_before r ON r.install = n.install AND r.batch = n.batch ORDER BY n.no;
INSERT INTO receipts (install, epoch, from_seq, batch, hash, t_ms, to_seq, outcomes, bytes)
    SELECT r.install, r.epoch, r.from_seq, r.batch, r.hash, r.t_ms, r.to_seq, r.outcomes, n.no
    FROM temp.numbered n JOIN receipts_before r ON r.install = n.install AND r.batch = n.batch;
DROP TABLE temp.numbered;
DROP TABLE receipts_before;

-- An id begins with the time at which it was made. Null for what is no record, and nulls do not collide.
DROP INDEX places_by_id;
CREATE UNIQUE INDEX places_by_id ON places (id, install);

-- Without IN: that builds a table of its three words anew for every record that is stored.
DROP INDEX places_asked;
CREATE INDEX places_asked ON places (kind, received_ms) WHERE kind = 'request' OR kind = 'appeal' OR kind = 'acknowledge';
