// The board keeps itself up to date. Without this file the page is whole and reloads itself by <meta refresh>.
"use strict";
(() => {
  const root = document.documentElement;
  const live = document.getElementById("live");
  const say = document.getElementById("say");
  const words = root.dataset;

  // --- Words that change: the page's age, in the words of its language.
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const span = (ms) => {
    const s = Math.max(0, Math.round(ms / 1000));
    if (s < 60) return fill(words.wSeconds, { n: s });
    if (s < 3600) return fill(words.wMinutes, { n: Math.floor(s / 60) });
    return fill(words.wHours, { n: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) });
  };

  if (live && live.dataset.events) {
    const RETRY_MS = 1500; // between attempts while the server is gone
    const SILENT_MS = 6000; // a living server says the time every second
    let source = null, heard = performance.now(), wall = Date.now(), at = live.dataset.at, gone = false, timer = 0, version = live.dataset.version;

    const show = () => {
      // The wall clock counts through sleep, the other clock survives a changed wall clock: the larger is the age.
      const age = Math.max(performance.now() - heard, Date.now() - wall);
      const lost = gone || age > SILENT_MS;
      live.dataset.is = lost ? "gone" : "live";
      const text = lost ? fill(words.wGone, { at, age: span(age) }) : fill(words.wLive, { at });
      if (live.lastChild.nodeValue !== text) live.lastChild.nodeValue = text;
      live.dataset.paper = fill(words.wStill, { at }); // what is printed is not live
      return lost;
    };
    const announce = (text) => { if (say.textContent !== text) say.textContent = text; };
    const fresh = () => {
      heard = performance.now(); wall = Date.now();
      if (gone) { gone = false; announce(words.wBack); }
      show();
    };
    const lose = () => {
      if (!gone) { gone = true; announce(words.wLost); }
      show();
      clearTimeout(timer);
      timer = setTimeout(connect, RETRY_MS);
    };

    // Puts new HTML in the place of old, without losing the reader's place.
    const patch = (parts) => {
      // A mark shows where something happened; where everything did, it would show nothing.
      const few = Object.keys(parts).filter((id) => id.startsWith("p-")).length <= 10;
      for (const [id, html] of Object.entries(parts)) {
        const old = document.getElementById(id);
        if (!old) continue;
        const box = document.createElement("template");
        box.innerHTML = html;
        const next = box.content.firstElementChild;
        const active = document.activeElement;
        const mark = old.contains(active) && active !== document.body ? active.getAttribute("href") || active.id || active.tagName : null;
        for (const open of old.querySelectorAll("details[open][id]")) {
          const again = [...next.querySelectorAll("details")].find((e) => e.id === open.id);
          if (again) again.open = true;
        }
        old.replaceWith(next);
        if (mark) {
          const again = [...next.querySelectorAll("a,button,summary,textarea,select")].find((e) => (e.getAttribute("href") || e.id || e.tagName) === mark);
          if (again) again.focus({ preventScroll: true });
        }
        if (few && next.tagName === "TR") {
          next.classList.add("fresh");
          setTimeout(() => next.classList.remove("fresh"), 4000);
        }
      }
    };

    const connect = () => {
      clearTimeout(timer);
      if (source) source.close();
      source = new EventSource(live.dataset.events + "&v=" + encodeURIComponent(version));
      source.addEventListener("t", (e) => { at = e.data; fresh(); });
      source.addEventListener("patch", (e) => {
        const data = JSON.parse(e.data);
        at = data.at;
        version = e.lastEventId;
        patch(data.parts);
        fresh();
      });
      source.addEventListener("over", () => { location.reload(); }); // the session ended, or a new build serves another page
      source.onerror = () => { source.close(); lose(); };
    };
    setInterval(() => {
      if (show() && !gone) { source.close(); lose(); }
    }, 1000);
    addEventListener("pagehide", () => source && source.close());
    addEventListener("pageshow", (e) => { if (e.persisted) connect(); });
    connect();
  }

  // --- "Lihat alasan" opens in place; without a dialog or a network it is an ordinary link.
  const dialog = document.getElementById("why");
  document.addEventListener("click", async (e) => {
    const link = e.target.closest("a.why");
    if (!link || !dialog || !dialog.showModal || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    let sheet = null;
    try {
      const answer = await fetch(link.href, { headers: { accept: "text/html" } });
      if (answer.redirected) { location.href = link.href; return; } // the session ended: sign in, then read
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        sheet = page.querySelector(".sheet");
      }
    } catch { /* no network: leaving the page would lose what it still shows */ }
    if (!sheet) {
      sheet = document.createElement("article");
      sheet.className = "sheet";
      const text = document.createElement("p");
      text.textContent = words.wNoreason;
      sheet.append(text);
    }
    const close = document.createElement("form");
    close.method = "dialog";
    const button = document.createElement("button");
    button.textContent = words.wClose;
    close.append(button);
    sheet.append(close);
    dialog.replaceChildren(sheet);
    if (!dialog.open) dialog.showModal();
  });
  if (dialog) dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });

  // --- Copying names, choosing a unit.
  document.addEventListener("click", async (e) => {
    const button = e.target.closest("button[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.value);
    } catch { // plain http on another machine has no clipboard API
      text.focus();
      text.select();
      document.execCommand("copy");
    }
    button.textContent = words.wCopied;
    say.textContent = words.wCopied;
  });
  document.addEventListener("change", (e) => { if (e.target.matches("select[data-go]")) e.target.form.requestSubmit(); });
})();
