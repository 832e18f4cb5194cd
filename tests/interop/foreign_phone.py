"""A phone written by a stranger: docs/protocol.md, a JOSE library and the standard library."""

import gzip
import json
import secrets
import time

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from joserfc import jws
from joserfc.jwk import OKPKey
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from stranger import b64, open_certified, certified, check_receipt, require, sha256, unb64


class ForeignPhone:
    """One installation that keeps everything in memory."""

    app = "stranger/1"

    def __init__(self, office, link: str):
        self.office = office
        self.invite = json.loads(unb64(link.split("/i#")[1]))
        self.key = OKPKey.generate_key("Ed25519")
        self.public = self.key.as_dict(private=False)["x"]
        self.install = self.key.thumbprint()
        self.session = b64(secrets.token_bytes(16))
        self.began_ns = time.monotonic_ns()
        self.epoch, self.seq, self.prev, self.receipt = 1, 0, None, None
        self.pack = self.assignment = self.last_head = None
        self.keys = {}

    def sign(self, typ: str, payload: dict, **header) -> str:
        header = {"typ": typ, "kid": self.install, "alg": "Ed25519", **header}
        return jws.serialize_compact(header, json.dumps(payload).encode(), self.key, algorithms=["Ed25519", "EdDSA"])

    def time(self) -> dict:
        return {"wall_ms": time.time_ns() // 1_000_000, "session": self.session, "run": 0,
                "elapsed_ms": (time.monotonic_ns() - self.began_ns) // 1_000_000}

    @staticmethod
    def new_id(wall_ms: int) -> str:
        """A UUIDv7 (RFC 9562 §5.7)."""
        raw = bytearray(wall_ms.to_bytes(6, "big") + secrets.token_bytes(10))
        raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
        text = raw.hex()
        return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])

    def record(self, kind: str, body: dict, **change) -> str:
        self.seq += 1
        stamp = self.time()
        payload = {
            "v": 1, "id": self.new_id(stamp["wall_ms"]), "install": self.install,
            "epoch": self.epoch, "seq": self.seq, "prev": self.prev, "receipt": self.receipt, "pack": self.pack,
            "assignment": self.assignment, "app": self.app, "kind": kind, "time": stamp, "body": body, **change}
        compact = self.sign("hadir-record", payload)
        self.prev = sha256(compact.encode())
        return compact

    def enrol(self) -> dict:
        body = self.sign("hadir-enrol", {
            "v": 1, "key": self.public, "invite": self.invite["code"], "root": self.invite["root"], "app": self.app,
            "nonce": b64(secrets.token_bytes(16))}).encode()
        status, headers, answer = self.office.post("POST", "/v1/enrol", body, {"Content-Type": "application/jose"})
        require(status == 201, f"enrolment: {status} {answer[:200]}")
        answer = json.loads(answer)
        self.keys = certified(answer["trust"], self.invite["root"])
        self.take_head(headers)
        for pack in answer["packs"]:
            open_certified(pack, self.keys, "policy", "hadir-pack")
        assignment = open_certified(answer["assignment"], self.keys, "assignment", "hadir-assignment")
        require(assignment["install"] == self.install, "somebody else's assignment")
        self.pack, self.assignment = sha256(answer["packs"][-1].encode()), sha256(answer["assignment"].encode())
        return answer

    def form(self, answers: list[bool], verdict: str, for_date: str, person: str) -> str:
        """A `health_form` record, sealed by an HPKE library to every certified key of the health office (protocol §4)."""
        record_id = self.new_id(self.time()["wall_ms"])
        binding = "".join(f"{line}\n" for line in [
            "hadir/health/v1", self.install, record_id, person, "form1 1", for_date, verdict]).encode()
        plain = json.dumps({"answers": {str(n): yes for n, yes in enumerate(answers, start=1)}, "name": "Sitti Rauf", "unit": "Dinas Contoh",
                            "phone": None}).encode().ljust(1024)
        content_key = secrets.token_bytes(32)
        suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)
        recipients = []
        for kid, (cert, _) in self.keys.items():
            if cert["use"] == "health":
                public = KEMKey.from_pyca_cryptography_key(X25519PublicKey.from_public_bytes(unb64(cert["x"])))
                enc, context = suite.create_sender_context(public, info=b"hadir/health/v1")
                recipients.append({"kid": kid, "enc": b64(enc), "key": b64(context.seal(content_key, aad=binding))})
        content = ChaCha20Poly1305(content_key).encrypt(bytes(12), plain, binding)
        return self.record("health_form", {"form": "form1", "form_version": 1, "for_date": for_date, "verdict": verdict,
                                           "sealed": {"recipients": recipients, "content": b64(content)}}, id=record_id)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict | None = None, lie: dict | None = None) -> tuple[int, dict, str]:
        """One authenticated request: status, the answer's JSON (or None), the nonce."""
        nonce = b64(secrets.token_bytes(16))
        head = {"epoch": self.epoch, "seq": self.seq, "hash": self.prev} if self.prev else None
        auth = self.sign("hadir-request", {
            "v": 1, "key": self.public, "method": method, "path": path, "body": sha256(body), "nonce": nonce, "head": head,
            "time": self.time(), **(lie or {})})
        status, found, answer = self.office.post(method, path, body, {"Hadir-Request": auth, **(headers or {})})
        if "hadir-head" in found:
            self.take_head(found)
        return status, json.loads(answer) if answer else None, nonce

    def take_head(self, headers: dict):
        self.last_head = open_certified(headers["hadir-head"], self.keys, "receipt", "hadir-head")
        require(self.last_head["install"] == self.install, "somebody else's head")

    def token(self) -> dict:
        """A time token for a fresh nonce, checked."""
        status, answer, nonce = self.ask("POST", "/v1/token")
        require(status == 200, f"token: {status} {answer}")
        token = open_certified(answer["token"], self.keys, "receipt", "hadir-token")
        require((token["install"], token["nonce"]) == (self.install, nonce), "a token for another request")
        return {**token, "compact": answer["token"]}

    def upload(self, objects: list[str], packed: bool = True) -> tuple[int, dict]:
        """Sends a batch; a receipt is checked and kept."""
        body = "".join(f"{it}\n" for it in objects).encode()
        headers = {"Content-Type": "application/vnd.hadir.records"}
        if packed:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        status, answer, _ = self.ask("POST", "/v1/records", body, headers)
        if status == 200:
            receipt = check_receipt(answer, self.keys)
            require([line["hash"] for line in answer["outcomes"]] == [sha256(it.encode()) for it in objects], "another batch's lines")
            require(receipt["install"] == self.install, "somebody else's receipt")
            self.receipt = sha256(answer["receipt"].encode())
        return status, answer
