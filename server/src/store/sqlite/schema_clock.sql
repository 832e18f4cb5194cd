-- What was signed for an installation while the server's clock was ahead: false times, which it holds.
ALTER TABLE installations ADD COLUMN ahead_after_ms INTEGER;
ALTER TABLE installations ADD COLUMN ahead_until_ms INTEGER;
ALTER TABLE installations ADD COLUMN ahead_mended_ms INTEGER;
