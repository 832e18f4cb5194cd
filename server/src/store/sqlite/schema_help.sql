-- How a phone stands, for the help desk: the newest report of each, found by the code that its person reads out.
CREATE TABLE help (
    install INTEGER PRIMARY KEY REFERENCES installations (no), code INTEGER NOT NULL UNIQUE, report TEXT NOT NULL,
    received_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX help_until ON help (until_ms);
