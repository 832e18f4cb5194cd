"""What an agency and its server sign (docs/protocol.md §5 to §7)."""

from dataclasses import dataclass

from primitives import OpeningKey, SigningKey, b64, hash_of, jws, sha256, to_json


@dataclass
class Signed:
    """A signed object: what was signed, by whom, and its compact form."""

    typ: str
    key_name: str
    payload: dict
    compact: str

    @property
    def text(self) -> str:
        return to_json(self.payload)

    @property
    def hash(self) -> str:
        return hash_of(self.compact)


def sign(key_name: str, key: SigningKey, typ: str, payload: dict) -> Signed:
    return Signed(typ, key_name, payload, jws(key, typ, to_json(payload)))


class Agency:
    """The root, the keys that it certified, and the server that holds some of them."""

    id = "luwu-utara"
    server = "https://hadir.example.id"

    def __init__(self, signed_ms: int, nbf_ms: int, exp_ms: int):
        self.signed_ms = signed_ms
        self.keys = {
            "root": SigningKey(bytes([1] * 32)), "policy": SigningKey(bytes([2] * 32)),
            "receipt": SigningKey(bytes([3] * 32)), "assignment": SigningKey(bytes([4] * 32)),
            "health_1": OpeningKey(bytes([5] * 32)), "health_2": OpeningKey(bytes([6] * 32)),
            "recovery": OpeningKey(bytes([7] * 32)),
        }
        self.certs = {}
        for serial, (name, key) in enumerate(list(self.keys.items())[1:], start=1):
            self.certs[name] = self._sign("root", "hadir-cert", {
                "v": 1, "agency": self.id, "use": name.split("_")[0], "crv": key.crv, "x": b64(key.public),
                "nbf_ms": nbf_ms, "exp_ms": exp_ms, "serial": serial})

    def _sign(self, key_name: str, typ: str, payload: dict) -> Signed:
        return sign(key_name, self.keys[key_name], typ, payload)

    def trust(self) -> dict:
        return {"agency": self.id, "root": b64(self.keys["root"].public), "certs": [cert.compact for cert in self.certs.values()]}

    def invite(self, exp_ms: int, tls: dict | None = None) -> dict:
        return self._link("i", {"code": b64(bytes(range(0x30, 0x40))), "exp_ms": exp_ms, **(tls or {})})

    def address(self, tls: dict) -> dict:
        """For phones that are enrolled: where the server is and how its TLS is known."""
        return self._link("s", tls)

    def _link(self, path: str, more: dict) -> dict:
        fields = {"v": 1, "server": self.server, "agency": self.id, "root": b64(self.keys["root"].public), **more}
        text = to_json(fields)
        return {"json": text, "link": f"{self.server}/{path}#{b64(text.encode())}"}

    def pack(self, number: int, policy: dict) -> Signed:
        return self._sign("policy", "hadir-pack", {
            "v": 1, "agency": self.id, "number": number, "t_ms": self.signed_ms, "policy": policy})

    def assignment(self, install: str) -> Signed:
        return self._sign("assignment", "hadir-assignment", {
            "v": 1, "agency": self.id, "install": install, "roster": 1, "t_ms": self.signed_ms + 1000,
            "person": {"id": "nip:198503302003121002", "name": "Andi Tenri", "unit": "bkpsdm", "unit_name": "BKPSDM Luwu Utara",
                       "group": "pelaksana"},
            "days": [{"date": "2026-03-10", "mode": "wfh", "why": "Giliran WFH", "excused": [{"window": "w1400", "kind": "leave"}]},
                     {"date": "2026-03-11", "mode": "wfo", "why": "Giliran WFO"},
                     {"date": "2026-03-12", "mode": "exempt", "why": "Tetap bertugas di tempat kerja: RSUD", "shift": "malam"}],
            "permits": [{"from": "2026-03-12", "until": "2026-03-13"}],
            "recalls": [{"date": "2026-03-11", "note": "Rapat anggaran"}],
            "phone": "081234567890"})

    def later_assignment(self, install: str, t_ms: int, granted: Signed, refused: Signed) -> Signed:
        """The next generation: two decisions, one of them with a reason, and every form of a correction (§7.4)."""
        first = self.assignment(install).payload
        decisions = [
            {"no": 3, "ref": granted.hash, "answer": "granted", "by": "kepala", "t_ms": t_ms - 2000},
            {"no": 7, "ref": refused.hash, "answer": "refused", "by": "kepala", "t_ms": t_ms - 1000, "reason": "Rapat tidak dapat ditunda"},
        ]
        by = {"by": "kepala", "t_ms": t_ms - 1000, "note": "Absensi pos jaga"}
        corrections = [
            {"date": "2026-03-10", "window": "w1100", "ruling": "on_time", **by},
            {"date": "2026-03-10", "window": "w1400", "ruling": "late", "minutes": 7, **by},
            {"date": "2026-03-10", "window": "w1600", "ruling": "excused", "excuse": "technical", **by},
            {"date": "2026-03-10", "ruling": "checked", **by},
            {"date": "2026-03-11", "window": "w0800", "ruling": "missed", **by},
            {"date": "2026-03-11", "window": "w0800", "ruling": "as_computed", **by},
        ]
        return self._sign("assignment", "hadir-assignment",
                          {**first, "roster": 2, "t_ms": t_ms, "decisions": decisions, "corrections": corrections})

    def token(self, install: str, nonce: str, t_ms: int) -> Signed:
        return self._sign("receipt", "hadir-token", {"v": 1, "install": install, "nonce": nonce, "t_ms": t_ms, "err_ms": 50})

    def receipt(self, batch: list[Signed], outcomes: list[str], t_ms: int) -> tuple[Signed, list[dict]]:
        lines = [{"seq": it.payload["seq"], "hash": it.hash, "outcome": outcome}
                 for it, outcome in zip(batch, outcomes, strict=True)]
        digest = sha256("".join(f"{line['seq']} {line['hash']} {line['outcome']}\n" for line in lines).encode())
        first, last = batch[0].payload, batch[-1].payload
        return self._sign("receipt", "hadir-receipt", {
            "v": 1, "install": first["install"], "epoch": first["epoch"], "from": first["seq"], "to": last["seq"],
            "head": batch[-1].hash, "digest": b64(digest), "t_ms": t_ms}), lines

    def kept(self, install: str, store: bytes, name: str, content: bytes, t_ms: int) -> Signed:
        return self._sign("receipt", "hadir-kept", {
            "v": 1, "install": install, "store": b64(store), "name": name, "size": len(content),
            "hash": b64(sha256(content)), "t_ms": t_ms})

    def head(self, install: str, record: Signed | None, **rest) -> Signed:
        place = (record.payload["epoch"], record.payload["seq"], record.hash) if record else (0, 0, None)
        return self._sign("receipt", "hadir-head", {
            "v": 1, "install": install, "epoch": place[0], "seq": place[1], "hash": place[2], "pack": rest["pack"],
            "roster": rest["roster"], "trust": len(self.certs), "release": rest.get("release", []),
            "backed_up_through_ms": rest["backed_up_through_ms"], "revoked": False, "t_ms": rest["t_ms"]})
