-- An administrator's orders to try a parked record again. A phone obeys one once; `done_ms` says when what came of it was heard.
CREATE TABLE orders (
    install INTEGER NOT NULL REFERENCES installations, t_ms INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    by TEXT NOT NULL, done_ms INTEGER, outcome TEXT, PRIMARY KEY (install, t_ms)
) WITHOUT ROWID;
CREATE INDEX orders_open ON orders (install, t_ms) WHERE done_ms IS NULL;
