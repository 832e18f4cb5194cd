"""Makes tests/vectors/journal.json: one small store, every byte of it, from docs/journal.md alone.

`make.py` writes it and checks it together with its own vectors. XChaCha20-Poly1305 is HChaCha20 (written out from
draft-irtf-cfrg-xchacha-03 §2.2) and the ChaCha20-Poly1305 of the `cryptography` package.
"""

import base64
import hashlib
import hmac
import struct
import zlib

from primitives import CHACHA, OpeningKey, SigningKey, hpke_seal, sha256

STORE_ID = bytes(range(0x10, 0x20))
STORE_SECRET = bytes([0x51]) * 32
SIGNING_SEED = bytes([0x52]) * 32
RECOVERY_KEY = bytes([0x53]) * 32
EPHEMERAL_KEY = bytes([0x54]) * 32
OWN_KINDS = (0, 9)


def crc(data: bytes) -> bytes:
    return struct.pack("<I", zlib.crc32(data))


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 with one block of output."""
    return _hmac(_hmac(STORE_ID, secret), info + b"\x01")


def hchacha20(key: bytes, nonce: bytes) -> bytes:
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))

    def quarter(a: int, b: int, c: int, d: int) -> None:
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & 0xFFFFFFFF
            mixed = state[z] ^ state[x]
            state[z] = ((mixed << turn) | (mixed >> (32 - turn))) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for column in range(4):
            quarter(column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
    return struct.pack("<8I", *state[:4], *state[12:])


def seal(key: bytes, nonce: bytes, aad: bytes, plain: bytes) -> bytes:
    inner = CHACHA(hchacha20(key, nonce[:16]))
    return nonce + inner.encrypt(bytes(4) + nonce[16:], plain, aad)


def wrapped(secret: bytes) -> bytes:
    """What the vector's key store makes of a secret: each byte inverted, and a mark."""
    return b"wrapped:" + bytes(byte ^ 0xFF for byte in secret)


def vault_file() -> bytes:
    content = b"HADIRVLT" + struct.pack("<HH", 1, 0) + STORE_ID
    for item in (wrapped(STORE_SECRET), wrapped(SIGNING_SEED)):
        content += struct.pack("<H", len(item)) + item
    content += hkdf(STORE_SECRET + SIGNING_SEED, b"hadir/vault/1/check")[:16]
    return content + crc(content)


def raw_thumbprint(crv: str, public: bytes) -> bytes:
    """RFC 7638, as bytes."""
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return sha256(f'{{"crv":"{crv}","kty":"OKP","x":"{x}"}}'.encode())


def recovery_file() -> bytes:
    """The store secret, wrapped to the agency's recovery key."""
    agency = OpeningKey(RECOVERY_KEY)
    install = raw_thumbprint("Ed25519", SigningKey(SIGNING_SEED).public)
    head = b"HADIRRCV" + struct.pack("<HH", 1, 0) + STORE_ID + install + raw_thumbprint("X25519", agency.public)
    enc, wrapped = hpke_seal(agency.public, OpeningKey(EPHEMERAL_KEY), b"hadir/recovery/v1", head, STORE_SECRET)
    content = head + enc + wrapped
    return content + crc(content)


def small_file(name: str, key: bytes, plain: bytes) -> bytes:
    """A small sealed file."""
    head = b"HADIRSML" + struct.pack("<HH", 1, 0) + STORE_ID
    content = head + seal(key, bytes([0x60]) * 24, b"hadir/store/1/small" + head + name.encode(), plain)
    return content + crc(content)


class Segment:
    """A segment that grows by whole commits."""

    def __init__(self, number: int, link: bytes, no: int, state: bytes):
        self.number = number
        self.key = hkdf(STORE_SECRET, b"hadir/journal/1/segment" + struct.pack("<I", number))
        self.own_key = hkdf(SIGNING_SEED, b"hadir/own/1/segment" + struct.pack("<I", number))
        header = b"HADIRSEG" + struct.pack("<HHI", 1, 64, number) + STORE_ID + link + bytes(4)
        self.bytes = header + crc(header)
        self.no = no
        self.commit((0, link + state))

    def commit(self, *entries: tuple[int, bytes]) -> None:
        for index, (kind, body) in enumerate(entries):
            header = bytes.fromhex("b5484a46") + struct.pack(
                "<BBHHHIQ", 1, kind, index, len(entries), 0, 24 + len(body) + 16, self.no)
            aad = b"hadir/journal/1/frame" + STORE_ID + struct.pack("<II", self.number, len(self.bytes)) + header
            key = self.own_key if kind in OWN_KINDS else self.key
            sealed = seal(key, bytes([self.no]) * 24, aad, body)
            self.bytes += header + crc(header) + sealed + crc(sealed)
            self.no += 1


def make() -> dict:
    link = struct.pack("<IIQII", 0, 0, 0, 1, 0)
    draft_key = hkdf(SIGNING_SEED, b"hadir/own/1/draft")
    commits = [[(9, b"readings of the clock"), (1, b"a record")], [(2, b"a receipt"), (200, b"of a kind from a later version")]]
    segment = Segment(1, link, 1, b"the state")
    for commit in commits:
        segment.commit(*commit)
    return {
        "about": "Made by tests/vectors/journal.py from docs/journal.md. Bytes are in hex. The nonce of frame n is the byte n, 24 times.",
        "store_id": STORE_ID.hex(),
        "store_secret": STORE_SECRET.hex(),
        "signing_seed": SIGNING_SEED.hex(),
        "wrapped_store_secret": wrapped(STORE_SECRET).hex(),
        "wrapped_signing_seed": wrapped(SIGNING_SEED).hex(),
        "vault_bin": vault_file().hex(),
        "segment_key": segment.key.hex(),
        "segment_own_key": segment.own_key.hex(),
        "draft_key": draft_key.hex(),
        "freed_key": hkdf(STORE_SECRET, b"hadir/store/1/freed").hex(),
        "recovery_key": RECOVERY_KEY.hex(),
        "ephemeral_key": EPHEMERAL_KEY.hex(),
        "recovery_bin": recovery_file().hex(),
        "draft_name": "draft-2020-03-23.bin",
        "draft_plain": b"half a form".hex(),
        "draft_file": small_file("draft-2020-03-23.bin", draft_key, b"half a form").hex(),
        "snapshot": b"the state".hex(),
        "commits": [[{"kind": kind, "body": body.hex()} for kind, body in commit] for commit in commits],
        "segment": segment.bytes.hex(),
    }
