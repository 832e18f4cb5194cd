"""The demo's whole day, as its database holds it, checked by libraries of another language."""

import json
import sqlite3
import tempfile
import unittest
from pathlib import Path

import binary
import stranger
from stranger import b64, sha256, unb64


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.data = Path(directory.name) / "demo"
        outcome = Path(directory.name) / "outcome.json"
        binary.run("demo", "--once", "--pace", "0", "--listen", "127.0.0.1:0", "--data", cls.data, "--json", outcome)
        cls.outcome = json.loads(outcome.read_text())
        cls.database = sqlite3.connect(f"file:{cls.data}/server/hadir.db?mode=ro", uri=True)
        cls.addClassCleanup(cls.database.close)
        trust = json.loads((cls.data / "keys" / "trust.json").read_text())
        cls.keys = stranger.certified(trust, cls.outcome["root"])

    def test_every_record_of_every_phone_verifies_under_the_key_that_names_the_phone(self):
        rows = self.database.execute(
            "SELECT i.id, i.key, p.epoch, p.seq, p.hash, b.compact FROM places p JOIN installations i ON i.no = p.install JOIN bytes b ON b.no = p.bytes")
        count = 0
        for install, key, epoch, seq, digest, compact in rows:
            record = stranger.open_object(compact, stranger.key_from(b64(key)), "hadir-record")
            self.assertEqual((record["install"], record["epoch"], record["seq"]), (b64(install), epoch, seq))
            self.assertEqual(sha256(compact.encode()), b64(digest))
            count += 1
        self.assertEqual(count, self.outcome["ledger"]["stored"])

    def test_every_receipt_pack_and_assignment_verifies_under_its_certificate(self):
        for source, use, typ in [("receipts r JOIN bytes b ON b.no = r.bytes", "receipt", "hadir-receipt"),
                                 ("packs", "policy", "hadir-pack"), ("assignments", "assignment", "hadir-assignment")]:
            rows = self.database.execute(f"SELECT hash, compact FROM {source}").fetchall()
            self.assertTrue(rows, source)
            for digest, compact in rows:
                stranger.open_certified(compact, self.keys, use, typ)
                self.assertEqual(sha256(compact.encode()), b64(digest))

    def test_each_sealed_form_opens_for_the_health_office_and_says_what_was_declared(self):
        offices = [json.loads(file.read_text()) for file in sorted((self.data / "health-office").glob("*.jwk"))]
        rows = self.database.execute(
            "SELECT i.person, b.compact FROM places p JOIN installations i ON i.no = p.install JOIN bytes b ON b.no = p.bytes"
            " WHERE p.kind = 'health_form'").fetchall()
        self.assertTrue(rows)
        self.assertEqual(len(offices), 2)
        for person, compact in rows:
            record = json.loads(unb64(compact.split(".")[1]))
            for office in offices:
                kid = stranger.key_from(office["x"], "X25519").thumbprint()
                plain = stranger.open_form(record, person, kid, unb64(office["d"]))
                self.assertEqual(stranger.form1_verdict(plain["answers"]), record["body"]["verdict"])

    def test_the_exported_history_holds_under_the_public_root(self):
        history = json.loads((self.data / "history.json").read_text())
        found = stranger.check_history(history, self.outcome["root"])
        self.assertGreater(found["records"], found["not_covered"])


if __name__ == "__main__":
    unittest.main()
