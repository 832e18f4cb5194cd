-- Invites to which a typed code leads: its secret is not here. The authority and the pins that a link would carry.
ALTER TABLE invites ADD COLUMN typed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invites ADD COLUMN typed_ca BLOB;
ALTER TABLE invites ADD COLUMN typed_pins TEXT;
