"""The board in a real browser while a whole day of the demo is played, and after it."""

import re
import time
import unittest

from playwright.sync_api import sync_playwright

import chromium
from demo import Demo

# What a watcher sees at one moment.
GLANCE = """() => ({
  is: document.getElementById('live').dataset.is || '',
  live: document.getElementById('live').textContent,
  rows: document.querySelectorAll('tr[data-s]').length,
  done: document.querySelectorAll('tr[data-s] td .k.good, tr[data-s] td .k.late, tr[data-s] td .k.ask').length,
  mark: document.body.dataset.mark || '',
})"""


class ADayOfTheBoard(unittest.TestCase):
    """One day is played once; a page watches it from the first minute, and is never reloaded."""

    @classmethod
    def setUpClass(cls):
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = chromium.launch(cls.playwright)
        cls.addClassCleanup(cls.browser.close)
        cls.demo = Demo("--pace", "1", "--seed", "1")
        cls.addClassCleanup(cls.demo.close)
        cls.context = cls.browser.new_context(viewport={"width": 1280, "height": 900})
        cls.complaints: list[str] = []
        cls.page = cls.open(cls.context)
        # Lost on any reload: that it is there at the end shows that there was none.
        cls.page.evaluate("document.body.dataset.mark = 'first'")
        cls.glances: list[dict] = []
        deadline = time.monotonic() + 400
        while not cls.demo.has_said("Papan tetap terbuka"):
            if time.monotonic() > deadline or cls.demo.is_over():
                raise AssertionError("the day did not end:\n" + "\n".join(cls.demo.lines))
            cls.glances.append(cls.page.evaluate(GLANCE))
            cls.page.wait_for_timeout(200)
        cls.page.wait_for_function("document.getElementById('live').dataset.is === 'live'", timeout=30_000)
        cls.page.wait_for_timeout(1_500)
        cls.glances.append(cls.page.evaluate(GLANCE))

    @classmethod
    def open(cls, context):
        page = context.new_page()
        page.on("console", lambda message: cls.complain(message))
        page.on("pageerror", lambda error: cls.complaints.append(f"error: {error}"))
        page.goto(cls.demo.link)
        page.wait_for_url("**/board", timeout=30_000)
        page.wait_for_selector("table.board")
        return page

    @classmethod
    def complain(cls, message):
        # A connection that is refused while the server is down is what the demo plays.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            cls.complaints.append(f"{message.type}: {message.text}")

    def another(self, **options):
        """A page of its own with the session, closed after the test."""
        context = self.browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.addCleanup(context.close)
        context.add_cookies(self.context.cookies())
        page = context.new_page()
        page.goto(self.demo.url + "/board")
        return page

    def test_cells_fill_while_the_page_stays(self):
        done = [glance["done"] for glance in self.glances]
        self.assertEqual(done[0], 0, "nobody has tapped at the beginning")
        self.assertGreater(len(set(done)), 10, f"they fill bit by bit: {sorted(set(done))}")
        self.assertGreater(done[-1], 40)
        self.assertTrue(all(glance["mark"] == "first" for glance in self.glances), "the page was never reloaded")

    def test_a_server_that_is_gone_leaves_the_page_with_its_age(self):
        gone = [glance for glance in self.glances if glance["is"] == "gone"]
        self.assertTrue(gone, "the server was down across the first window")
        for glance in gone:
            self.assertRegex(glance["live"], r"^data \d\d\.\d\d\.\d\d, terputus \d+ (detik|menit)$")
            self.assertEqual(glance["rows"], self.glances[-1]["rows"], "every row stays")

    def test_after_an_outage_the_page_fills_by_itself(self):
        states = [glance["is"] for glance in self.glances]
        last_gone = max(at for at, state in enumerate(states) if state == "gone")
        after = self.glances[last_gone + 1:]
        self.assertTrue(after and after[-1]["is"] == "live")
        self.assertGreater(after[-1]["done"], self.glances[last_gone]["done"])
        self.assertIn("gangguan server", self.page.inner_text("#heads"))
        self.assertGreater(self.page.locator("td.band").count(), 0)

    def test_what_streamed_in_is_what_a_fresh_page_shows(self):
        table = "document.querySelector('table.board').innerText"
        fresh = self.another()
        fresh.wait_for_selector("table.board")
        self.assertEqual(self.page.evaluate(table), fresh.evaluate(table))

    def test_without_scripts_the_page_is_whole_and_reloads_itself(self):
        plain = self.another(java_script_enabled=False)
        rows = "tr[data-s] th .n"
        self.assertEqual(plain.locator(rows).all_inner_texts(), self.page.locator(rows).all_inner_texts())
        self.assertIn('http-equiv="refresh"', plain.content())
        # A filter and a reason are ordinary links.
        plain.click("a.c.good")
        self.assertIn("s=on_time", plain.url)
        shown = plain.locator("tr[data-s]:visible")
        self.assertEqual(shown.count(), int(plain.inner_text("a.c.good b")))
        plain.locator("a.why:visible").first.click()
        self.assertIn("/board/why", plain.url)
        self.assertTrue(plain.locator("article.sheet dl.facts dt").count() >= 3)

    def test_a_filter_holds_while_the_page_is_live(self):
        for tile in ("a.c.good", "a.c[href*=away]"):
            page = self.another()
            page.wait_for_selector("#live[data-is=live]")
            page.click(tile)
            page.wait_for_url("**s=*")
            page.wait_for_selector("#live[data-is=live]")
            page.wait_for_timeout(1_500)
            shown = page.locator("tr[data-s]:visible").count()
            self.assertEqual(shown, int(page.inner_text("a.c[aria-current] b")), tile)
            self.assertIn(f"ditampilkan {shown} dari", page.inner_text("#foot"))

    def test_a_reason_that_cannot_be_fetched_leaves_the_page(self):
        page = self.another()
        page.wait_for_selector("#live[data-is=live]")
        page.route("**/board/why**", lambda route: route.abort())
        page.locator("a.why").first.click()
        page.wait_for_selector("dialog[open]")
        self.assertIn("Alasan tidak dapat diambil sekarang", page.inner_text("dialog"))
        self.assertTrue(page.url.endswith("/board"))
        page.click("dialog button")
        self.assertFalse(page.locator("dialog[open]").count())

    def test_the_way_out_of_a_reason_is_in_sight_on_a_phone(self):
        page = self.another(viewport={"width": 360, "height": 560}, is_mobile=True, has_touch=True)
        page.wait_for_selector("#live[data-is=live]")
        page.locator("td[data-l='08.00'] a.why").first.click()
        page.wait_for_selector("dialog[open] .sheet")
        self.assertGreater(page.evaluate("(s => s.scrollHeight - s.clientHeight)(document.querySelector('dialog .sheet'))"), 100)
        for where in ("0", "99999"):
            page.evaluate(f"document.querySelector('dialog .sheet').scrollTop = {where}")
            box = page.locator("dialog button").bounding_box()
            self.assertTrue(0 <= box["y"] and box["y"] + box["height"] <= 560, f"{where}: {box}")

    def test_an_address_that_is_none_says_so(self):
        page = self.another()
        for path in ("/nonsense", "/board/nonsense"):
            self.assertEqual(page.goto(self.demo.url + path).status, 404)
            self.assertIn("Halaman ini tidak ada", page.inner_text("body"))
        answer = page.request.get(self.demo.url + "/v1/nonsense")
        self.assertEqual((answer.status, answer.headers["content-type"]), (404, "application/problem+json"))

    def test_nobody_enters_without_signing_in(self):
        context = self.browser.new_context()
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(self.demo.url + "/board")
        self.assertTrue(page.url.endswith("/login"))
        page.fill("#user", "kepala")
        page.fill("#password", "bukan kata sandinya")
        page.click("button[type=submit]")
        self.assertIn("tidak cocok", page.inner_text("[role=alert]"))
        self.assertNotIn("tr data-s", page.content())

    def test_every_verdict_answers_why_in_place_and_by_keyboard(self):
        page = self.another()
        page.wait_for_selector("#live[data-is=live]")
        link = page.locator("td[data-l='08.00'] a.why").first
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open] .sheet")
        text = page.inner_text("dialog")
        for part in ("Aturan", "Jadwal"):
            self.assertIn(part, text)
        self.assertNotRegex(text, r"-?\d\.\d{4,}|1[12]\d\.\d{3,}", "no coordinates")
        page.keyboard.press("Escape")
        self.assertFalse(page.locator("dialog[open]").count())
        self.assertTrue(page.url.endswith("/board"))
        decided = page.locator("td .k.good, td .k.late, td .k.ask, td .k.stop")
        without = [cell for cell in decided.all() if cell.locator("xpath=..").locator("a.why").count() != 1]
        self.assertEqual(len(without), 0)

    def test_not_received_never_looks_like_missed(self):
        styles = self.page.evaluate("""() => {
          const box = document.createElement('div');
          box.innerHTML = '<span class="k wait">a</span><span class="k stop">b</span>';
          document.body.append(box);
          const [wait, stop] = [...box.children].map((e) => getComputedStyle(e)).map((s) => [s.borderTopStyle, s.color, s.backgroundColor]);
          box.remove();
          return { wait, stop };
        }""")
        self.assertEqual(styles["wait"][0], "dashed")
        self.assertTrue(all(a != b for a, b in zip(styles["wait"], styles["stop"])), styles)
        for cell in self.page.locator(".k.wait").all():
            self.assertEqual(cell.locator("use").get_attribute("href"), "#s-frame")

    def test_a_phone_shows_cards_and_never_scrolls_sideways(self):
        for width in (320, 390, 700):
            page = self.another(viewport={"width": width, "height": 800}, is_mobile=True, has_touch=True)
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)
            self.assertEqual(page.evaluate("getComputedStyle(document.querySelector('tr[data-s]')).display"), "block")
            label = page.evaluate("getComputedStyle(document.querySelector('td[data-l]'), '::before').content")
            self.assertRegex(label, r'\d\d\.\d\d')

    def test_nothing_scrolls_sideways_on_a_tablet_or_a_small_screen(self):
        for width in (721, 800, 901, 1024, 1150, 1280):
            page = self.another(viewport={"width": width, "height": 800})
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)
            right = page.locator("tr[data-s] > *").evaluate_all("cells => Math.max(...cards.map(c => c.getBoundingClientRect().right))".replace("cards", "cells"))
            self.assertLessEqual(right, width)
        for width in (320, 360, 700):
            page = self.another(viewport={"width": width, "height": 800}, is_mobile=True, has_touch=True)
            page.goto(self.demo.url + "/board/rule")
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)

    def test_english_is_a_link_away_and_stays(self):
        page = self.another()
        page.click("a[hreflang=en]")
        self.assertEqual(page.get_attribute("html", "lang"), "en")
        page.goto(self.demo.url + "/board")
        text = page.inner_text("body")
        self.assertIn("On time", text)
        for word in ("Tepat waktu", "Belum diterima", "Lihat alasan", "Pegawai\t"):
            self.assertNotIn(word, text)
        page.wait_for_selector("#live[data-is=live]")
        self.assertRegex(page.inner_text("#live"), r"^live, ")

    def test_words_stand_out_from_their_ground_in_light_and_dark(self):
        selector = ".k, .m, .n, .q, .c b, .c span, th, th b, th small, a, .live, .notice, button"
        for scheme in ("light", "dark"):
            page = self.another(color_scheme=scheme)
            page.wait_for_selector("#live[data-is=live]")
            ratio, text = page.evaluate(chromium.LOWEST_CONTRAST, selector)
            self.assertGreaterEqual(ratio, 4.5, f"{scheme}: {text}")

    def test_it_prints_whole_with_shapes_in_black(self):
        page = self.another()
        page.emulate_media(media="print")
        self.assertEqual(page.evaluate("getComputedStyle(document.querySelector('.k.good')).color"), "rgb(0, 0, 0)")
        self.assertFalse(page.locator("nav.bar").is_visible())
        self.assertFalse(page.locator("a.why").first.is_visible())
        self.assertTrue(page.locator(".k.good .s").first.is_visible())
        self.assertFalse(page.locator(".act").first.is_visible())
        self.assertEqual(page.evaluate("getComputedStyle(document.querySelector('tfoot')).display"), "table-row-group")
        page.emulate_media(media="screen")
        page.wait_for_selector("#live[data-is=live]")
        page.emulate_media(media="print")
        paper = page.evaluate("getComputedStyle(document.querySelector('#live'), '::after').content")
        self.assertRegex(paper, r'^"data \d\d\.\d\d\.\d\d"$')
        pads = page.evaluate("[...document.querySelectorAll('thead th, tr[data-s] td, tr[data-s] th')].map(e => getComputedStyle(e).padding)")
        self.assertEqual(len(set(pads)), 1, "heads and cells stand on the same lines")
        self.assertTrue(page.pdf().startswith(b"%PDF"))

    def test_a_screen_reader_finds_heads_names_and_one_quiet_voice(self):
        page = self.page
        self.assertEqual(page.locator("thead th:not([scope=col])").count(), 0)
        self.assertEqual(page.locator("tr[data-s] > th:not([scope=row])").count(), 0)
        self.assertEqual(page.locator("[aria-live]").count(), 1)
        self.assertEqual(page.get_attribute("[aria-live]", "aria-live"), "polite")
        names = page.locator("a.why .sr").all_inner_texts()
        self.assertTrue(names and all(len(name) > 2 for name in names))

    def test_the_counts_add_up_to_the_people(self):
        counts = [int(text) for text in self.page.locator("#sum a.c b").all_inner_texts()]
        self.assertEqual(sum(counts), self.page.locator("tr[data-s]").count())

    def test_the_rule_in_force_is_told_with_its_sources(self):
        page = self.another()
        page.click("header.top a[href^='/board/rule']")
        self.assertGreater(page.locator("table.rule tr").count(), 10)
        rows, marks = page.locator("table.rule tr").count(), page.locator("table.rule .src").count()
        self.assertEqual(rows, marks, "each value is marked")

    def test_nothing_that_the_page_loads_breaks_its_policy(self):
        self.assertEqual(self.complaints, [])
        font = "document.fonts.check('16px Inter') && [...document.fonts].some((f) => f.status === 'loaded')"
        self.assertTrue(self.page.evaluate(font))
        self.assertFalse(re.search(r"\sstyle=|<style|onclick", self.page.content()))


if __name__ == "__main__":
    unittest.main()
