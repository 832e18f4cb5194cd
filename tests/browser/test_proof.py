"""The page that checks a shared proof, in a real browser without scripts: from a phone's tap to what the head reads."""

import base64
import json
import sys
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from playwright.sync_api import sync_playwright

import chromium

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import binary  # noqa: E402  (the folder beside this one)
from office import Office  # noqa: E402

PERSON = "local:H-1"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A Tuesday, 08.00 WITA.
MORNING = datetime(2026, 11, 24, 8, tzinfo=timezone(timedelta(hours=8)))


def code_of(record_hash: str) -> str:
    """The first 50 bits of a hash in Crockford's base32, as a proof shows them."""
    bits = int.from_bytes(base64.urlsafe_b64decode(record_hash + "=")[:8], "big") >> 14
    letters = "".join(LETTERS[bits >> shift & 31] for shift in range(45, -1, -5))
    return f"{letters[:5]}-{letters[5:]}"


class Proofs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = chromium.launch(cls.playwright)
        cls.addClassCleanup(cls.browser.close)
        cls.office = Office(clock_ms=int(MORNING.timestamp() * 1000))
        cls.addClassCleanup(cls.office.close)
        cls.office.admin("fact", "home", "--person", PERSON, "--from", f"{MORNING:%F}")
        for role in ["head", "admin"]:
            cls.office.admin("login", f"{role}-1", "--role", role)
        home = cls.office.path / "phone"
        phone = ["--json", "phone", "--dir", home, *cls.office.clock]
        binary.run(*phone, "enrol", cls.office.invite(PERSON))
        cls.office.set_clock(int((MORNING + timedelta(seconds=9)).timestamp() * 1000))
        done = binary.run(*phone, "check-in", "--lat", "-2.5531", "--lon", "120.3720", "--accuracy", "25")
        tapped = next(line for line in map(json.loads, done.stdout.splitlines()) if line["did"] == "check_in")
        cls.code = code_of(tapped["hash"])
        cls.help = json.loads(binary.run(*phone, "help").stdout)["help"]["code"]

    def open(self, role="head", **more):
        link = json.loads(self.office.admin("login", f"{role}-1", "--link"))["link"]
        context = self.browser.new_context(java_script_enabled=False, **more)
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(link)
        page.wait_for_url("**/board", timeout=30_000)
        return page

    def test_1_the_board_leads_to_the_page_and_a_code_tells_whose_record_it_is(self):
        page = self.open()
        page.get_by_role("link", name="Periksa bukti").click()
        page.get_by_label("Kode pada teks bukti").fill(self.code.lower().replace("-", " "))
        page.get_by_role("button", name="Periksa").click()
        text = page.locator("main").inner_text()
        for words in ["Catatan asli", "Sitti Rauf", "Dinas Contoh", "Tepat waktu", "08.00.09 WITA", "Selasa, 24 November 2026"]:
            self.assertIn(words, text)
        self.assertEqual(page.get_by_label("Kode pada teks bukti").input_value(), self.code)

    def test_2_another_code_accuses_nobody(self):
        page = self.open()
        page.goto(f"{self.office.url}/board/proof?c={self.code[:-1]}{'0' if self.code[-1] != '0' else '1'}")
        self.assertIn("bukan tanda bahwa buktinya palsu", page.locator("main").inner_text())

    def test_3_a_telephone_shows_it_without_scrolling_sideways(self):
        page = self.open(viewport={"width": 360, "height": 780})
        page.goto(f"{self.office.url}/board/proof?c={self.code}")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        self.assertGreaterEqual(page.get_by_role("button", name="Periksa").bounding_box()["height"], 44)

    def test_4_the_operator_finds_the_phone_by_its_help_code(self):
        page = self.open("admin")
        page.get_by_role("link", name="Periksa bukti").click()
        page.get_by_role("link", name="Kode bantuan").click()
        page.get_by_label("Kode yang disebutkan").fill(self.help.lower())
        page.get_by_role("button", name="Cari").click()
        text = page.locator("main").inner_text()
        for words in ["Sitti Rauf", "hadir-cli/", "Menunggu dikirim"]:
            self.assertIn(words, text)

    def test_5_contrast_is_enough_in_light_and_dark(self):
        for scheme in ["light", "dark"]:
            page = self.open(color_scheme=scheme)
            page.goto(f"{self.office.url}/board/proof?c={self.code}")
            scripted = self.browser.new_context(color_scheme=scheme, storage_state=page.context.storage_state())
            self.addCleanup(scripted.close)
            page = scripted.new_page()
            page.goto(f"{self.office.url}/board/proof?c={self.code}")
            ratio, text = page.evaluate(chromium.LOWEST_CONTRAST, "main p, main dd, main dt, main h3, main .k, main .q, main label, main button")
            self.assertGreaterEqual(ratio, 4.5, f"{scheme}: {text}")


if __name__ == "__main__":
    unittest.main()
