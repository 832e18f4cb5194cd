"""A real Chromium, with nothing of the person's own."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """Starts it; the profile is empty and thrown away."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        raise FileNotFoundError("no Chromium; tests/run browser installs it")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


# Contrast of text on what is drawn behind it (WCAG 2.2, 1.4.3), the lowest of all that match, with its text.
LOWEST_CONTRAST = """(selector) => {
  const rgba = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = rgba(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c;
    }
    return [255, 255, 255];
  };
  let lowest = [99, ""];
  for (const e of document.querySelectorAll(selector)) {
    if (!e.textContent.trim() || !e.getClientRects().length) continue;
    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < lowest[0]) lowest = [ratio, e.textContent.trim().slice(0, 40)];
  }
  return lowest;
}"""
