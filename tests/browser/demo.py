"""Plays `hadir demo` in a process of its own, for the tests of this folder."""

import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import binary  # noqa: E402  (the folder beside this one)


class Demo:
    """A day being played; `link` signs in to its board, `lines` are what it said so far."""

    def __init__(self, *arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}"
        self.lines: list[str] = []
        self._said: queue.Queue[str | None] = queue.Queue()
        self._process = subprocess.Popen(
            [str(binary.path()), "--lang", "id", "demo", "--listen", self.address, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        self.link = self.wait_for("http://", 60).strip()

    def _read(self):
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._said.put(line)
        self._said.put(None)

    def wait_for(self, text: str, seconds: float) -> str:
        """The next line that contains a text."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._said.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"the demo did not say {text!r}:\n" + "\n".join(self.lines))
            if text in line:
                return line

    def has_said(self, text: str) -> bool:
        """Whether a line so far contains a text."""
        return any(text in line for line in self.lines)

    def is_over(self) -> bool:
        """Whether the process ended."""
        return self._process.poll() is not None

    def close(self):
        """Ends it as Ctrl-C does."""
        if not self.is_over():
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
