"""The page of requests and appeals in a real browser, without scripts: what a day left there, and a decision taken back."""

import unittest

from playwright.sync_api import sync_playwright

import chromium
from demo import Demo


class RequestsAndAppeals(unittest.TestCase):
    """After a day: one request granted, one refused, one appeal upheld; a head looks again, and decides again."""

    @classmethod
    def setUpClass(cls):
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = chromium.launch(cls.playwright)
        cls.addClassCleanup(cls.browser.close)
        cls.demo = Demo("--pace", "0", "--seed", "1")
        cls.addClassCleanup(cls.demo.close)
        cls.demo.wait_for("Papan tetap terbuka", 400)

    def open(self, **more):
        context = self.browser.new_context(java_script_enabled=False, **more)
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(self.demo.link)
        page.wait_for_url("**/board", timeout=30_000)  # the link's page moves on by itself
        page.goto(f"{self.demo.url}/board/asks")
        return page

    def test_1_the_day_left_its_decisions_with_who_and_why(self):
        text = self.open().locator("main").inner_text()
        self.assertRegex(text, r"sudah dilihat \d+ dari \d+ orang")
        for words in ["Menunggu keputusan (0)", "Sudah diputuskan (3)", "Dikabulkan oleh kepala", "Ditolak oleh kepala",
                      "Sanggahan diterima oleh kepala", "Rapatnya daring, hadir dari rumah", "Panggilan ke kantor"]:
            self.assertIn(words, text)

    def test_2_a_telephone_shows_it_without_scrolling_sideways(self):
        page = self.open(viewport={"width": 360, "height": 780})
        widest = page.locator("main.asks .sheet").evaluate_all(
            "cards => Math.max(...cards.map(card => card.getBoundingClientRect().right))")
        self.assertLessEqual(widest, 360)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        self.assertEqual(page.evaluate("getComputedStyle(document.querySelector('table.seen tr')).display"), "block")

    def test_3_a_decision_is_taken_back_by_a_plain_form_and_both_stay_in_sight(self):
        page = self.open()
        card = page.locator("article.sheet", has_text="Cuti karena alasan penting")
        card.locator("summary").click()
        card.locator("button[value=refuse]").click()
        # Without a reason nothing is decided.
        self.assertIn("Tulis alasannya", page.locator("main").inner_text())
        card = page.locator("article.sheet", has_text="Cuti karena alasan penting")
        card.locator("summary").click()
        card.locator("input[name=reason]").fill("Rapat mendadak")
        card.locator("button[value=refuse]").click()
        text = page.locator("article.sheet", has_text="Cuti karena alasan penting").inner_text()
        self.assertIn("Ditolak oleh kepala", text)
        self.assertIn("Rapat mendadak", text)
        self.assertIn("diganti keputusan sesudahnya", text)

    def test_4_paper_has_the_cards_and_no_forms(self):
        page = self.open()
        page.emulate_media(media="print")
        self.assertTrue(page.locator("article.sheet").first.is_visible())
        self.assertFalse(page.locator("form.decide").first.is_visible())

    def test_5_contrast_is_enough_in_light_and_dark(self):
        for scheme in ["light", "dark"]:
            context = self.browser.new_context(color_scheme=scheme)
            self.addCleanup(context.close)
            page = context.new_page()
            page.goto(self.demo.link)
            page.wait_for_url("**/board", timeout=30_000)
            page.goto(f"{self.demo.url}/board/asks")
            ratio, text = page.evaluate(chromium.LOWEST_CONTRAST, "main p, main li, main h2, main h3, main .k, main .q, main button")
            self.assertGreaterEqual(ratio, 4.5, f"{scheme}: {text}")


if __name__ == "__main__":
    unittest.main()
