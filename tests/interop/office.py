"""An agency made and run with the binary alone, for the tests of this folder: keys, staff, policy, invites, a server."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import binary

STAFF = """scheme,number,name,unit,unit_name
nip,198503302003121002,Andi Tenri,dinas,Dinas Contoh
local,H-1,Sitti Rauf,dinas,Dinas Contoh
local,H-2,Muh. Ilham,dinas,Dinas Contoh
"""


class Office:
    """Keys of the root and of the health office in `keys`, the server's data in `data`, the server on loopback.

    With `clock_ms`, server and operator take the time from a file, which a test moves.
    """

    def __init__(self, clock_ms: int | None = None):
        self._directory = tempfile.TemporaryDirectory()
        self.path = Path(self._directory.name)
        self.keys, self.data = self.path / "keys", self.path / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}"
        self.clock = []
        if clock_ms is not None:
            self.clock = ["--clock", str(self.path / "clock")]
            self.set_clock(clock_ms)
        self.root = binary.run_json("admin", "keys", "init", "--agency", "uji", "--out", self.keys, *self.clock)["root"]
        self.health_keys = []
        for number in (1, 2):
            file = self.path / f"health-{number}.jwk"
            binary.run("health", "keygen", "--out", file)
            binary.run("admin", "keys", "certify", "--keys", self.keys, "--use", "health", "--public", f"{file}.pub", *self.clock)
            self.health_keys.append(json.loads(file.read_text()))
        self.admin("init", "--keys", self.keys, "--name", "Dinas Contoh", "--server", self.url)
        staff = self.path / "staff.csv"
        staff.write_text(STAFF)
        self.admin("staff", staff)
        self.admin("policy", "default", "--key", self.keys / "policy.jwk")
        self._log = open(self.path / "serve.log", "w", encoding="utf-8")
        self.start()

    def start(self):
        """Starts the server, and waits until it answers."""
        self._server = subprocess.Popen(
            [str(binary.path()), "serve", "--data", str(self.data), "--listen", self.address, *self.clock],
            stdout=self._log, stderr=subprocess.STDOUT, env={**os.environ, "HADIR_LANG": "en"})
        self._wait()

    def stop(self):
        """Ends the server; its data stay."""
        self._server.terminate()
        try:
            self._server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _wait(self):
        """Until the server answers: the deadline is for a machine under load."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._server.poll() is None:
            try:
                with socket.create_connection(self.address.split(":"), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {(self.path / 'serve.log').read_text()}")

    def admin(self, command: str, *words) -> str:
        """`hadir --json admin COMMAND …` on this server's data."""
        return binary.run("--json", "admin", command, "--data", self.data, *self.clock, *words).stdout

    def set_clock(self, now_ms: int):
        """Moves the file clock, whole or not at all."""
        new = self.path / "clock.new"
        new.write_text(f"{now_ms}\n")
        new.rename(self.path / "clock")

    def invite(self, person: str) -> str:
        """A fresh invite link."""
        return json.loads(self.admin("invite", person))["link"]

    def post(self, method: str, path: str, body: bytes, headers: dict) -> tuple[int, dict, bytes]:
        """One HTTP exchange. Header names in lower case."""
        request = urllib.request.Request(self.url + path, data=body if method == "POST" else None, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read()

    def database_text(self) -> bytes:
        """Every byte of the server's data, to look for what must not be there."""
        return b"".join(file.read_bytes() for file in self.data.rglob("*") if file.is_file())

    def close(self):
        self.stop()
        self._log.close()
        self._directory.cleanup()


def only_uuid(text: str) -> bool:
    """A UUIDv7 in lower case."""
    return re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text) is not None
