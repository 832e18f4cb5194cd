"""The jar of `bindings/package jvm`, the library for phones in it, as a program would use it, against `hadir serve` on loopback."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from contextlib import closing
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPOSITORY / "tests" / "interop"))

from office import Office  # noqa: E402

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
JAR = TARGET / "package" / "hadir-bindings.jar"


class Phone:
    """One process of Phone.kt."""

    def __init__(self, program: Path, directory: Path, invite: str):
        classes = f"{program / 'classes'}:{(program / 'classpath').read_text().strip()}"
        self._process = subprocess.Popen(["java", "-cp", classes, "PhoneKt", str(directory), invite],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command: str) -> list[str]:
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        lines = []
        while line := self._process.stdout.readline().rstrip("\n"):
            lines.append(line)
        if self._process.poll() is not None:
            raise AssertionError(f"the program ended with {self._process.returncode} in {command}")
        return lines

    def kill(self):
        """As `kill -9` does: nothing is said to the engine."""
        self._process.kill()
        self._close()

    def end(self) -> int:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._close()
        return self._process.returncode

    def _close(self):
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            stream.close()


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.path = Path(directory.name)
        cls.program = cls.path / "program"
        subprocess.run([REPOSITORY / "bindings" / "package", "program", JAR, cls.program, Path(__file__).parent], check=True)

    def test_what_was_tapped_without_a_network_survives_a_kill_and_is_received_once(self):
        office = Office()
        self.addCleanup(office.close)
        store, invite = self.path / "store", office.invite("local:H-1")
        phone = Phone(self.program, store, invite)
        self.addCleanup(phone.kill)
        self.assertEqual(phone.ask("tap"), ["error NotEnrolled"])
        self.assertEqual(phone.ask("enrol"), ["enrolled"])
        self.assertEqual(phone.ask("today")[:2], ["Sitti Rauf", "WITA"])
        phone.ask("sync")
        office.stop()
        taps = [phone.ask("tap")[0]]
        self.assertEqual(phone.ask("sync")[0], "AGAIN")
        for _ in range(2):
            time.sleep(3.1)  # presses within three seconds are one
            taps.append(phone.ask("tap")[0])
        self.assertEqual(len(set(taps)), 3)
        phone.kill()

        office.start()
        phone = Phone(self.program, store, invite)
        self.addCleanup(phone.kill)
        before = dict(line.split() for line in phone.ask("history"))
        self.assertEqual([before[tap] for tap in taps], ["WAITING"] * 3)
        end, _received, pending = phone.ask("sync")
        self.assertEqual((end, pending), ("DONE", "pending 0"))
        after = dict(line.split() for line in phone.ask("history"))
        self.assertEqual([after[tap] for tap in taps], ["RECEIVED"] * 3)
        self.assertEqual(phone.end(), 0)
        with closing(sqlite3.connect(f"file:{office.data / 'hadir.db'}?mode=ro", uri=True)) as database:
            (count,) = database.execute("SELECT count(*) FROM places WHERE kind = 'check_in'").fetchone()
        self.assertEqual(count, 3)


if __name__ == "__main__":
    unittest.main()
