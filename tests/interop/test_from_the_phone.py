"""What `hadir phone` signed and sealed, checked by libraries of another language."""

import copy
import json
import unittest
from datetime import datetime, timedelta, timezone

import binary
import stranger
from office import Office, only_uuid
from stranger import Refused, unb64

PERSON = "nip:198503302003121002"
WITA = timezone(timedelta(hours=8))


class FromThePhone(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # From today on, at 08.00 WITA: the first day that is before an office day, since the form is for tomorrow.
        today = datetime.now(WITA).replace(hour=8, minute=0, second=0, microsecond=0)
        days = [today + timedelta(days=ahead) for ahead in range(1, 15)]
        cls.office = Office(clock_ms=int(days[0].timestamp() * 1000))
        cls.addClassCleanup(cls.office.close)
        cls.office.admin("fact", "office", "--person", PERSON, "--from", f"{days[0]:%F}", "--until", f"{days[-1]:%F}")
        home = cls.office.path / "phone"
        cls.phone = lambda *words, expect=0: binary.run("phone", "--dir", home, *cls.office.clock, *words, expect=expect)
        cls.phone("enrol", cls.office.invite(PERSON))
        cls.phone("check-in", "--lat", "-2.5531234", "--lon", "120.3720001", "--accuracy", "25")
        cls.phone("check-in", "--no-fix", "denied")
        cls.phone("check-in", "--lat", "-2.55", "--lon", "120.37", "--accuracy", "4", "--mock", "--offline")
        # A cough: question 6.
        for day in days:
            cls.office.set_clock(int(day.timestamp() * 1000))
            if cls.phone("form", "--answers", "ttttty", "--offline", expect=None).returncode == 0:
                break
        cls.phone("sync")
        file = cls.office.path / "history.json"
        cls.phone("export", file)
        cls.history_file = file
        cls.history = json.loads(file.read_text())
        cls.records = [json.loads(unb64(it.split(".")[1])) for it in cls.history["records"]]

    def form(self) -> dict:
        return next(record for record in self.records if record["kind"] == "health_form")

    def test_the_exported_history_holds_for_a_jose_library_and_for_the_binary(self):
        found = stranger.check_history(self.history, self.office.root)
        self.assertEqual(found["not_covered"], 0)
        self.assertGreaterEqual(found["tokens"], 1)
        self.assertEqual(binary.run_json("verify", self.history_file, "--root", self.office.root)["not_receipted"], 0)

    def test_records_say_what_was_typed(self):
        taps = [record["body"] for record in self.records if record["kind"] == "check_in"]
        self.assertEqual((taps[0]["fix"]["lat_e7"], taps[0]["fix"]["lon_e7"]), (-25531234, 1203720001))
        self.assertEqual((taps[1], taps[2]["fix"]["mock"]), ({"no_fix": "denied"}, True))
        for record in self.records:
            self.assertTrue(only_uuid(record["id"]), record["id"])
            self.assertEqual(len(unb64(record["time"]["session"])), 16)

    def test_a_token_in_a_note_lies_between_the_phones_readings(self):
        keys = stranger.certified(self.history["trust"], self.office.root)
        notes = [record["body"] for record in self.records if record["kind"] == "note" and record["body"]["note"] == "time_token"]
        self.assertTrue(notes)
        for note in notes:
            token = stranger.open_certified(note["token"], keys, "receipt", "hadir-token")
            self.assertEqual(token["install"], self.history["install"])
            self.assertLessEqual(note["s_ms"], note["r_ms"])

    def test_anything_changed_in_the_history_is_refused(self):
        for part in ["records", "receipts", "tokens"]:
            for index in range(len(self.history[part])):
                changed = copy.deepcopy(self.history)
                text = changed[part][index] if part != "receipts" else changed[part][index]["receipt"]
                text = text[:150] + ("A" if text[150] != "A" else "B") + text[151:]
                if part == "receipts":
                    changed[part][index]["receipt"] = text
                else:
                    changed[part][index] = text
                with self.subTest(f"{part} {index}"), self.assertRaises(Refused):
                    stranger.check_history(changed, self.office.root)

    def test_each_key_of_the_health_office_opens_the_form_with_an_hpke_library(self):
        for key in self.office.health_keys:
            public = stranger.key_from(key["x"], "X25519")
            plain = stranger.open_form(self.form(), PERSON, public.thumbprint(), unb64(key["d"]))
            self.assertEqual(plain["answers"], {"1": False, "2": False, "3": False, "4": False, "5": False, "6": True})
            self.assertEqual((plain["name"], plain["unit"]), ("Andi Tenri", "Dinas Contoh"))
            self.assertEqual(stranger.form1_verdict(plain["answers"]), self.form()["body"]["verdict"])

    def test_a_form_with_another_verdict_person_or_record_does_not_open(self):
        key = self.office.health_keys[0]
        kid = stranger.key_from(key["x"], "X25519").thumbprint()
        for change in [lambda r: r["body"].__setitem__("verdict", "may_enter"), lambda r: r.__setitem__("id", self.records[0]["id"]),
                       lambda r: r["body"]["sealed"].__setitem__("content", "A" + r["body"]["sealed"]["content"][1:])]:
            record = copy.deepcopy(self.form())
            change(record)
            if record == self.form():
                continue
            with self.assertRaises(Refused):
                stranger.open_form(record, PERSON, kid, unb64(key["d"]))
        with self.assertRaises(Refused):
            stranger.open_form(self.form(), "local:H-1", kid, unb64(key["d"]))

    def test_neither_the_servers_data_nor_the_phones_directory_shows_an_answer(self):
        everything = self.office.database_text() + b"".join(
            file.read_bytes() for file in (self.office.path / "phone").rglob("*") if file.is_file())
        self.assertNotIn(b'"answers"', everything)
        # The phone's records are sealed at rest as well.
        phone = b"".join(file.read_bytes() for file in (self.office.path / "phone").rglob("*") if file.is_file())
        self.assertNotIn(self.history["records"][0][:80].encode(), phone)


if __name__ == "__main__":
    unittest.main()
