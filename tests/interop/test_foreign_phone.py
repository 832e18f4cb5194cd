"""A stranger's phone against the real server: what the binary signs is checked by a JOSE library, what is wrong is refused."""

import gzip
import json
import unittest

import binary
import stranger
from foreign_phone import ForeignPhone
from office import Office
from stranger import Refused, sha256


class ForeignPhoneAtTheServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = Office()
        cls.addClassCleanup(cls.office.close)

    def enrolled(self) -> ForeignPhone:
        phone = ForeignPhone(self.office, self.office.invite("local:H-1"))
        phone.enrol()
        return phone

    def refused(self, phone: ForeignPhone, found: tuple, status: int, code: str):
        self.assertEqual((found[0], found[1]["code"], found[1]["status"]), (status, code, status))
        self.assertEqual(found[1]["type"], f"urn:hadir:problem:{code}")

    def test_a_stranger_enrols_and_every_signed_answer_verifies(self):
        phone = self.enrolled()
        self.assertEqual(phone.invite["root"], self.office.root)
        self.assertEqual((phone.last_head["epoch"], phone.last_head["seq"], phone.last_head["hash"]), (0, 0, None))
        token = phone.token()
        self.assertLess(abs(token["t_ms"] - phone.time()["wall_ms"]), 60_000)
        self.assertEqual(phone.ask("GET", "/v1/head")[0], 204)
        status, answer, _ = phone.ask("GET", "/v1/packs?after=0")
        self.assertEqual(status, 200)
        pack = stranger.open_certified(answer["packs"][0], phone.keys, "policy", "hadir-pack")
        self.assertEqual((pack["number"], pack["policy"]["id"]), (1, "default"))
        status, answer, _ = phone.ask("GET", "/v1/assignment")
        assignment = stranger.open_certified(answer["assignment"], phone.keys, "assignment", "hadir-assignment")
        self.assertEqual((status, assignment["person"]["id"]), (200, "local:H-1"))

    def test_receipts_name_what_was_sent_and_a_batch_sent_again_gets_the_same_one(self):
        phone = self.enrolled()
        first = [phone.record("check_in", {"no_fix": "timeout"}), phone.record("check_in", {"fix": {
            "lat_e7": -25531234, "lon_e7": 1203720001, "accuracy_m": 25.5, "age_ms": 0, "source": "manual"}})]
        status, answer = phone.upload(first)
        self.assertEqual((status, [line["outcome"] for line in answer["outcomes"]]), (200, ["stored", "stored"]))
        self.assertEqual((phone.last_head["seq"], phone.last_head["hash"]), (2, phone.prev))
        self.assertEqual(phone.upload(first)[1]["receipt"], answer["receipt"])
        later = [phone.record("a_kind_of_tomorrow", {"anything": [1, 2]})]
        status, second = phone.upload(later, packed=False)
        self.assertEqual((status, second["outcomes"][0]["outcome"]), (200, "stored"))
        history = {"v": 1, "trust": phone.ask("GET", "/v1/assignment")[1]["trust"], "install": phone.install, "key": phone.public,
                   "records": first + later, "receipts": [answer, second], "tokens": []}
        self.assertEqual(stranger.check_history(history, self.office.root)["not_covered"], 0)

    def test_another_record_for_a_place_is_kept_as_evidence_and_said(self):
        phone = self.enrolled()
        self.assertEqual(phone.upload([phone.record("check_in", {"no_fix": "off"})])[0], 200)
        phone.seq, phone.prev = 0, None
        status, answer = phone.upload([phone.record("check_in", {"no_fix": "denied"})])
        self.assertEqual((status, answer["outcomes"][0]["outcome"]), (200, "conflict"))

    def test_a_tampered_or_misnamed_record_is_refused_with_its_index(self):
        phone = self.enrolled()
        good = phone.record("check_in", {"no_fix": "timeout"})
        other = phone.record("check_in", {"no_fix": "timeout"})
        head, body, signature = other.split(".")
        cases = {
            "a letter of the payload": f"{head}.{body[:40]}{'A' if body[40] != 'A' else 'B'}{body[41:]}.{signature}",
            "a letter of the signature": f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
            "padding": f"{other}==",
            "the older name of the algorithm": phone.sign("hadir-record", json.loads(stranger.unb64(body)), alg="EdDSA"),
            "somebody else's record": ForeignPhone(self.office, self.office.invite("local:H-2")).record("check_in", {"no_fix": "off"}),
        }
        for name, bad in cases.items():
            with self.subTest(name):
                found = phone.upload([good, bad])
                self.refused(phone, found, 422, "bad_record")
                self.assertEqual(found[1]["index"], 1)
        # Nothing of a refused batch was taken.
        self.assertEqual(phone.ask("GET", "/v1/head")[0], 204)
        self.assertEqual(phone.last_head["seq"], 0)
        # A stub stands for the record that can't go, and the chain goes on.
        stub = phone.sign("hadir-stub", {"v": 1, "install": phone.install, "epoch": 1, "seq": 2, "hash": sha256(other.encode()),
                                         "reason": "bad_record"})
        third = phone.record("check_in", {"no_fix": "timeout"})
        status, answer = phone.upload([good, stub, third])
        self.assertEqual((status, [line["outcome"] for line in answer["outcomes"]]), (200, ["stored", "stub", "stored"]))
        self.assertEqual(answer["outcomes"][1]["hash"], sha256(stub.encode()))

    def test_a_request_that_does_not_fit_its_signature_is_refused(self):
        phone = self.enrolled()
        for change in [{"path": "/v1/head"}, {"method": "GET"}, {"body": sha256(b"other")}, {"key": self.enrolled().public}]:
            with self.subTest(str(change)):
                self.refused(phone, phone.ask("POST", "/v1/token", lie=change), 401, "unauthenticated")
        unknown = ForeignPhone(self.office, self.office.invite("local:H-2"))
        unknown.keys = phone.keys
        self.refused(unknown, unknown.ask("GET", "/v1/head"), 403, "not_enrolled")

    def test_the_office_opens_with_the_binary_what_an_hpke_library_sealed(self):
        phone = self.enrolled()
        forms = [phone.form([True, False, False, False, True, False], "may_not_enter", "2026-03-11", "local:H-1"),
                 # A phone that lies about its verdict: the office sees that.
                 phone.form([False] * 5 + [True], "may_enter", "2026-03-12", "local:H-1"),
                 # Sealed in another person's name: it opens for nobody.
                 phone.form([False] * 6, "may_enter", "2026-03-13", "local:H-2")]
        self.assertEqual(phone.upload(forms)[0], 200)
        file = self.office.path / "forms.jsonl"
        self.office.admin("health-export", "--from", "2026-03-11", "--until", "2026-03-13", file)
        for number in (1, 2):
            done = binary.run("--json", "health", "open", "--key", self.office.path / f"health-{number}.jwk", "--forms", file, expect=None)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            opened = {line["for_date"]: line for line in lines if "answers" in line}
            self.assertEqual(sorted(opened), ["2026-03-11", "2026-03-12"], done.stdout + done.stderr)
            self.assertEqual(opened["2026-03-11"]["answers"], {"1": True, "2": False, "3": False, "4": False, "5": True, "6": False})
            self.assertEqual([opened[date]["declared_rightly"] for date in sorted(opened)], [True, False])
            self.assertEqual((done.returncode, len(lines)), (1, 3))

    def test_an_invite_serves_one_key(self):
        link = self.office.invite("local:H-2")
        phone = ForeignPhone(self.office, link)
        first = phone.enrol()
        self.assertEqual(phone.enrol()["assignment"], first["assignment"])
        with self.assertRaisesRegex(Refused, "409.*invite_used"):
            ForeignPhone(self.office, link).enrol()

    def test_batches_that_are_no_batches_are_refused(self):
        phone = self.enrolled()
        record = phone.record("check_in", {"no_fix": "timeout"})
        kind = {"Content-Type": "application/vnd.hadir.records"}
        bomb = gzip.compress(b"\n" * (8 << 20))
        self.refused(phone, phone.ask("POST", "/v1/records", bomb, {**kind, "Content-Encoding": "gzip"}), 413, "too_large")
        self.refused(phone, phone.ask("POST", "/v1/records", record.encode(), {"Content-Type": "text/plain"}), 415, "unsupported_media")
        self.refused(phone, phone.ask("POST", "/v1/records", b"", kind), 400, "bad_request")


if __name__ == "__main__":
    unittest.main()
