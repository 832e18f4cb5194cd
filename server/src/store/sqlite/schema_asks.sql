-- What people ask is looked up for everyone at once. Only such records are in this index: a tap does not pay for it.
CREATE INDEX places_asked ON places (kind, received_ms) WHERE kind IN ('request', 'appeal', 'acknowledge');
-- Decisions are added, never changed: of several on one record the last one holds.
CREATE TABLE decisions (
    no INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, ref BLOB NOT NULL, answer TEXT NOT NULL, reason TEXT,
    by TEXT NOT NULL, at_ms INTEGER NOT NULL, fact INTEGER, rulings TEXT NOT NULL
);
CREATE INDEX decisions_of ON decisions (person);
