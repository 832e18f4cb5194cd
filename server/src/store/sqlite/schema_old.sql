-- Old stores: files that phones can't open any more, as they came.
CREATE TABLE old_pieces (
    no INTEGER PRIMARY KEY,
    install INTEGER NOT NULL REFERENCES installations (no),
    store BLOB NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    have INTEGER NOT NULL,
    complete_ms INTEGER,
    kept TEXT,
    UNIQUE (install, store, name, hash)
) STRICT;

CREATE TABLE old_bytes (
    piece INTEGER NOT NULL REFERENCES old_pieces (no),
    at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (piece, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE old_recoveries (
    no INTEGER PRIMARY KEY,
    install INTEGER NOT NULL REFERENCES installations (no),
    store BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    by TEXT NOT NULL,
    stored INTEGER NOT NULL,
    repeated INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    gaps INTEGER NOT NULL
) STRICT;
