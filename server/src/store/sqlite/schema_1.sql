-- Instants are milliseconds since 1970, dates are ISO texts in the office's zone, hashes are blobs of 32 bytes.

CREATE TABLE agency (
    one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL, name TEXT NOT NULL, server TEXT NOT NULL, trust TEXT NOT NULL
);
-- highest_signed, backed_up_through, heartbeat
CREATE TABLE marks (name TEXT PRIMARY KEY, t_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outages (cause TEXT NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, PRIMARY KEY (cause, from_ms)) WITHOUT ROWID;
CREATE TABLE acts (
    no INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, by TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TABLE logins (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, unit TEXT, password_phc TEXT NOT NULL, created_ms INTEGER NOT NULL, disabled_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY, login TEXT NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE units (id TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT, service TEXT) WITHOUT ROWID;
CREATE TABLE staff (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, employment TEXT NOT NULL, rank TEXT, position TEXT,
    structural INTEGER NOT NULL, can_wfh INTEGER NOT NULL, household TEXT, phone TEXT, shift TEXT, active INTEGER NOT NULL,
    roster INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE facts (
    no INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, kind TEXT NOT NULL, from_date TEXT NOT NULL, until_date TEXT NOT NULL,
    windows TEXT NOT NULL, reference TEXT, by TEXT NOT NULL, at_ms INTEGER NOT NULL, cancelled_by TEXT, cancelled_ms INTEGER
);
CREATE INDEX facts_of ON facts (person, until_date);
CREATE INDEX facts_on ON facts (until_date);
-- What the turn list dealt, so that a later proposal moves nobody.
CREATE TABLE turns (
    date TEXT NOT NULL, person TEXT NOT NULL, side TEXT NOT NULL, why TEXT NOT NULL, pack INTEGER NOT NULL, PRIMARY KEY (date, person)
) WITHOUT ROWID;
CREATE INDEX turns_of ON turns (person, date);
CREATE TABLE turn_state (one INTEGER PRIMARY KEY CHECK (one = 1), until_date TEXT NOT NULL, turns TEXT NOT NULL);
CREATE TABLE rulings (
    no INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, date TEXT NOT NULL, window_id TEXT, verdict TEXT NOT NULL,
    reason TEXT NOT NULL, by TEXT NOT NULL, at_ms INTEGER NOT NULL
);
CREATE INDEX rulings_on ON rulings (date);

CREATE TABLE invites (
    code BLOB PRIMARY KEY, person TEXT NOT NULL, created_ms INTEGER NOT NULL, exp_ms INTEGER NOT NULL, by TEXT NOT NULL,
    used_install BLOB, used_ms INTEGER, revoked_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE installations (
    no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL, person TEXT NOT NULL, invite BLOB NOT NULL,
    enrolled_ms INTEGER NOT NULL, app TEXT NOT NULL, epoch INTEGER NOT NULL, contiguous INTEGER NOT NULL, head BLOB,
    seen_ms INTEGER NOT NULL, revoked_ms INTEGER, revoked_reason TEXT, revoked_by TEXT, assigned_until TEXT
);
CREATE INDEX installations_of ON installations (person);
CREATE TABLE witnesses (
    install INTEGER NOT NULL REFERENCES installations, session BLOB NOT NULL, run INTEGER NOT NULL, elapsed_ms INTEGER NOT NULL,
    head_epoch INTEGER, head_seq INTEGER, head_hash BLOB, received_ms INTEGER NOT NULL, request TEXT NOT NULL,
    PRIMARY KEY (install, session, run)
) WITHOUT ROWID;
CREATE TABLE packs (
    number INTEGER PRIMARY KEY, hash BLOB NOT NULL, t_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL, compact TEXT NOT NULL
);
CREATE TABLE assignments (
    no INTEGER PRIMARY KEY, install INTEGER NOT NULL REFERENCES installations, hash BLOB NOT NULL, roster INTEGER NOT NULL,
    from_date TEXT NOT NULL, until_date TEXT NOT NULL, t_ms INTEGER NOT NULL, compact TEXT NOT NULL, UNIQUE (install, hash)
);

-- What holds each place of a chain. The bytes stand apart: an erasure takes them and leaves the chain.
CREATE TABLE places (
    install INTEGER NOT NULL REFERENCES installations, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL,
    hash BLOB NOT NULL, id BLOB, kind TEXT, claimed_ms INTEGER, received_ms INTEGER NOT NULL, bytes INTEGER,
    PRIMARY KEY (install, epoch, seq)
) WITHOUT ROWID;
-- Null for what is no record, and nulls do not collide.
CREATE UNIQUE INDEX places_by_id ON places (install, id);
CREATE TABLE bytes (no INTEGER PRIMARY KEY, compact TEXT NOT NULL);
CREATE TABLE stubs (
    install INTEGER NOT NULL REFERENCES installations, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, stands_for BLOB NOT NULL,
    reason TEXT NOT NULL, received_ms INTEGER NOT NULL, compact TEXT NOT NULL, PRIMARY KEY (install, epoch, seq, stands_for)
) WITHOUT ROWID;
CREATE TABLE evidence (
    no INTEGER PRIMARY KEY, install INTEGER NOT NULL REFERENCES installations, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    hash BLOB NOT NULL, cause TEXT NOT NULL, received_ms INTEGER NOT NULL, compact TEXT NOT NULL, UNIQUE (install, hash)
);
CREATE TABLE receipts (
    install INTEGER NOT NULL REFERENCES installations, batch BLOB NOT NULL, hash BLOB NOT NULL, t_ms INTEGER NOT NULL,
    epoch INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, outcomes BLOB NOT NULL, compact TEXT NOT NULL,
    PRIMARY KEY (install, batch)
) WITHOUT ROWID;
CREATE UNIQUE INDEX receipts_by_hash ON receipts (install, hash);
CREATE TABLE health (
    install INTEGER NOT NULL REFERENCES installations, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, person TEXT NOT NULL,
    for_date TEXT NOT NULL, verdict TEXT NOT NULL, claimed_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL,
    PRIMARY KEY (install, epoch, seq)
) WITHOUT ROWID;
CREATE INDEX health_of ON health (person, for_date);
CREATE INDEX health_on ON health (for_date);
