"""What an installation signs and seals (docs/protocol.md §3 to §6)."""

import json

from agency import Agency, Signed, sign
from primitives import CHACHA, OpeningKey, SigningKey, b64, hpke_seal, sha256


class Phone:
    """One installation: its key, its clocks and the end of its chain."""

    app = "hadir-vectors/1"
    employee = "nip:198503302003121002"

    def __init__(self, agency: Agency, boot_ms: int):
        self.key = SigningKey(bytes(range(1, 33)))
        self.agency = agency
        self.boot_ms = boot_ms
        self.session = b64(bytes(range(0x10, 0x20)))
        self.epoch_number, self.seq, self.prev, self.receipt = 1, 0, None, None
        self.pack = self.seen_assignment = None
        self.set_back_ms = 0
        self.drawn = 0

    def holds(self, pack: Signed, assignment: Signed):
        self.pack, self.seen_assignment = pack.hash, assignment.hash

    def draw(self, length: int) -> bytes:
        """Bytes that a phone would draw at random: here they are counted."""
        self.drawn += 1
        return sha256(b"hadir vectors, draw %d" % self.drawn)[:length]

    def uuid7(self, wall_ms: int) -> str:
        """RFC 9562 §5.7: 48 bits of milliseconds, version 7, variant 10, the rest random."""
        raw = bytearray(wall_ms.to_bytes(6, "big") + self.draw(10))
        raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
        text = raw.hex()
        return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])

    def time(self, true_ms: int, gnss: int | None = None) -> dict:
        time = {"wall_ms": true_ms - self.set_back_ms, "session": self.session, "run": 0, "elapsed_ms": true_ms - self.boot_ms}
        if gnss is not None:
            time["gnss"] = {"t_ms": gnss, "elapsed_ms": gnss - self.boot_ms}
        return time

    def sign(self, typ: str, payload: dict) -> Signed:
        return sign("installation", self.key, typ, payload)

    def record(self, true_ms: int, kind: str, body: dict, gnss: int | None = None, record_id: str | None = None) -> Signed:
        self.seq += 1
        time = self.time(true_ms, gnss)
        record = self.sign("hadir-record", {
            "v": 1, "id": record_id or self.uuid7(time["wall_ms"]), "install": self.key.kid, "epoch": self.epoch_number,
            "seq": self.seq, "prev": self.prev, "receipt": self.receipt, "pack": self.pack, "assignment": self.seen_assignment,
            "app": self.app, "kind": kind, "time": time, "body": body})
        self.prev = record.hash
        return record

    def tap(self, true_ms: int, gnss: int | None = None, **body) -> Signed:
        return self.record(true_ms, "check_in", body, gnss)

    def clock_changed(self, true_ms: int, back_ms: int) -> Signed:
        self.set_back_ms = back_ms
        return self.record(true_ms, "note", {"note": "clock_changed", "session": self.session, "elapsed_ms": true_ms - self.boot_ms,
                                             "from_ms": true_ms, "to_ms": true_ms - back_ms})

    def upload_failed(self, true_ms: int, **rest) -> Signed:
        return self.record(true_ms, "note", {"note": "upload_failed", **rest})

    def time_token(self, true_ms: int, token: Signed, s: int, r: int) -> Signed:
        return self.record(true_ms, "note", {"note": "time_token", "token": token.compact, "session": self.session, "run": 0,
                                             "s_ms": s - self.boot_ms, "r_ms": r - self.boot_ms})

    def acknowledge(self, true_ms: int, what: str, ref: Signed) -> Signed:
        return self.record(true_ms, "acknowledge", {"what": what, "ref": ref.hash})

    def track(self, true_ms: int, spans: list[dict], then: str, until_ms: int | None = None, points: list[dict] | None = None) -> Signed:
        """A batch of live share: spans end at `until_ms`, or at the record itself."""
        body = {"for_date": "2026-03-10"}
        if until_ms is not None:
            body["until"] = self.time(until_ms)
        body["spans"] = spans
        if points:
            body["points"] = points
        return self.record(true_ms, "track", {**body, "then": then})

    def ask(self, true_ms: int, **ask) -> Signed:
        return self.record(true_ms, "request", {"ask": ask})

    def withdraw(self, true_ms: int, asked: Signed) -> Signed:
        return self.record(true_ms, "request", {"withdraw": asked.hash})

    def appeal(self, true_ms: int, **appeal) -> Signed:
        return self.record(true_ms, "appeal", appeal)

    def epoch(self, true_ms: int, cause: str, last_good: Signed | None, missing: tuple[int, int] | None) -> Signed:
        self.epoch_number, self.seq, self.prev = self.epoch_number + 1, 0, last_good and last_good.hash
        good = last_good and {"epoch": last_good.payload["epoch"], "seq": last_good.payload["seq"], "hash": last_good.hash}
        return self.record(true_ms, "epoch", {
            "cause": cause, "last_good": good, "missing": missing and {"from_seq": missing[0], "to_seq": missing[1]}})

    def stub(self, record: Signed, reason: str, **order) -> Signed:
        at = record.payload
        return self.sign("hadir-stub", {"v": 1, "install": self.key.kid, "epoch": at["epoch"], "seq": at["seq"],
                                        "hash": record.hash, "reason": reason, **order})

    def enrol(self, invite: dict) -> Signed:
        fields = json.loads(invite["json"])
        return self.sign("hadir-enrol", {"v": 1, "key": b64(self.key.public), "invite": fields["code"], "root": fields["root"],
                                         "app": self.app, "nonce": b64(self.draw(16))})

    def request(self, true_ms: int, method: str, path: str, body: bytes) -> Signed:
        head = {"epoch": self.epoch_number, "seq": self.seq, "hash": self.prev} if self.prev else None
        return self.sign("hadir-request", {"v": 1, "key": b64(self.key.public), "method": method, "path": path,
                                           "body": b64(sha256(body)), "nonce": b64(self.draw(16)), "head": head,
                                           "time": self.time(true_ms)})

    def health_form(self, true_ms: int, for_date: str, answers: list[bool]) -> tuple[Signed, dict]:
        """Form 1 of protocol §4: questions 1 to 4 weigh 1, questions 5 and 6 weigh 5; from 5 on, no entry."""
        score = sum(weight for weight, yes in zip([1, 1, 1, 1, 5, 5], answers, strict=True) if yes)
        verdict = "may_not_enter" if score >= 5 else "may_enter"
        record_id = self.uuid7(true_ms - self.set_back_ms)
        binding = "".join(f"{line}\n" for line in [
            "hadir/health/v1", self.key.kid, record_id, self.employee, "form1 1", for_date, verdict]).encode()
        plain = json.dumps({"answers": {str(n): yes for n, yes in enumerate(answers, start=1)}, "name": "Andi Tenri",
                            "unit": "BKPSDM Luwu Utara", "phone": "081234567890"}, separators=(",", ":")).encode().ljust(1024)
        content_key = self.draw(32)
        content = CHACHA(content_key).encrypt(bytes(12), plain, binding)
        recipients, ephemerals = [], []
        for name in ["health_1", "health_2"]:
            office, ephemeral = self.agency.keys[name], OpeningKey(self.draw(32))
            enc, wrapped = hpke_seal(office.public, ephemeral, b"hadir/health/v1", binding, content_key)
            recipients.append({"kid": office.kid, "enc": b64(enc), "key": b64(wrapped)})
            ephemerals.append(b64(ephemeral.private))
        sealed = {"recipients": recipients, "content": b64(content)}
        form = self.record(true_ms, "health_form", {"form": "form1", "form_version": 1, "for_date": for_date, "verdict": verdict,
                                                    "sealed": sealed}, record_id=record_id)
        return form, {"binding": binding.decode(), "plaintext": plain.decode(), "content_key": b64(content_key),
                      "ephemeral_private": ephemerals, "sealed": sealed}
