"""The vectors against libraries that neither their script nor the product uses: a third opinion."""

import copy
import gzip
import json
import unittest
from pathlib import Path

import stranger
from stranger import Refused, b64, key_from, unb64

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "vectors.json").read_text())
ROOT = VECTORS["keys"]["root"]["public"]


class Vectors(unittest.TestCase):
    def test_every_signed_object_verifies(self):
        for name, it in VECTORS["signed"].items():
            with self.subTest(name):
                key = key_from(VECTORS["keys"][it["key"]]["public"])
                self.assertEqual(stranger.open_object(it["compact"], key, it["typ"]), json.loads(it["payload"]))
                self.assertEqual(stranger.sha256(it["compact"].encode()), it["hash"])

    def test_thumbprints_are_those_of_the_library(self):
        for name, key in VECTORS["keys"].items():
            with self.subTest(name):
                self.assertEqual(key_from(key["public"], key["crv"]).thumbprint(), key["kid"])

    def test_the_sealed_form_opens_with_either_key_of_the_office(self):
        record = json.loads(VECTORS["signed"]["record_health_form"]["payload"])
        for name in ["health_1", "health_2"]:
            key = VECTORS["keys"][name]
            plain = stranger.open_form(record, "nip:198503302003121002", key["kid"], unb64(key["private"]))
            self.assertEqual(plain, json.loads(VECTORS["sealed"]["plaintext"]))
            self.assertEqual(stranger.form1_verdict(plain["answers"]), record["body"]["verdict"])

    def test_a_form_bound_to_anything_else_does_not_open(self):
        good = json.loads(VECTORS["signed"]["record_health_form"]["payload"])
        key = VECTORS["keys"]["health_1"]
        for change in [{"verdict": "may_enter"}, {"for_date": "2026-03-12"}, {"form_version": 2}]:
            record = copy.deepcopy(good)
            record["body"].update(change)
            with self.assertRaises(Refused):
                stranger.open_form(record, "nip:198503302003121002", key["kid"], unb64(key["private"]))
        with self.assertRaises(Refused):
            stranger.open_form(good, "nip:198503302003121003", key["kid"], unb64(key["private"]))

    def test_the_batch_unpacks_to_its_objects(self):
        batch = VECTORS["batch"]
        self.assertEqual(gzip.decompress(unb64(batch["gzip"])), unb64(batch["plain"]))
        self.assertEqual(unb64(batch["plain"]).decode().splitlines(), batch["objects"])
        asked = json.loads(VECTORS["signed"]["request_batch"]["payload"])
        self.assertEqual(asked["body"], stranger.sha256(unb64(batch["gzip"])))

    def test_the_history_holds_and_a_changed_one_does_not(self):
        history = VECTORS["history"]
        self.assertEqual(stranger.check_history(history, ROOT), {"records": 13, "tokens": 1, "not_covered": 1})
        for change in [
            lambda h: h["records"].pop(2),
            lambda h: h["records"].reverse(),
            lambda h: h["records"].__setitem__(1, h["records"][0]),
            lambda h: h["records"].pop(5),
            lambda h: h["records"].pop(8),
            lambda h: h["receipts"][0]["outcomes"].pop(),
            lambda h: h["receipts"][0]["outcomes"][0].__setitem__("outcome", "conflict"),
            lambda h: h.__setitem__("key", VECTORS["keys"]["receipt"]["public"]),
            lambda h: h["trust"]["certs"].clear(),
        ]:
            changed = copy.deepcopy(history)
            change(changed)
            with self.assertRaises(Refused):
                stranger.check_history(changed, ROOT)
        with self.assertRaises(Refused):
            stranger.check_history(history, VECTORS["keys"]["policy"]["public"])

    def test_the_invite_is_its_json(self):
        link = VECTORS["invite"]["link"]
        server, fragment = link.split("/i#")
        fields = json.loads(unb64(fragment))
        self.assertEqual((fields["server"], fields["root"], b64(unb64(fields["code"]))), (server, ROOT, fields["code"]))


if __name__ == "__main__":
    unittest.main()
