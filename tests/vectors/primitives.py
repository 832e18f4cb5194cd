"""Signing, sealing and text forms, from docs/protocol.md and the RFCs alone.

Nothing here comes from the Rust code: the two meet only in the bytes. Curves, ciphers and hashes are those of
the `cryptography` package; JWS (RFC 7515), thumbprints (RFC 7638) and HPKE (RFC 9180) are written out.
"""

import base64
import hashlib
import hmac
import json
import struct
import zlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

CHACHA = ChaCha20Poly1305


def b64(data: bytes) -> str:
    """Base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def to_json(value) -> str:
    """JSON with the members in the order in which they were written, and no spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def crockford(bits: int, letters: int) -> str:
    """So many letters of Crockford's base32, five bits each, the highest first."""
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> 5 * at & 31] for at in reversed(range(letters)))


def thumbprint(crv: str, public: bytes) -> str:
    """RFC 7638 over the required members of an OKP key (RFC 8037), in lexical order."""
    return b64(sha256(f'{{"crv":"{crv}","kty":"OKP","x":"{b64(public)}"}}'.encode()))


class SigningKey:
    """An Ed25519 key from a fixed seed."""

    crv = "Ed25519"

    def __init__(self, seed: bytes):
        self.private = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.kid = thumbprint(self.crv, self.public)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class OpeningKey:
    """An X25519 key from fixed bytes."""

    crv = "X25519"

    def __init__(self, private: bytes):
        self.private = private
        self._key = X25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()
        self.kid = thumbprint(self.crv, self.public)

    def exchange(self, public: bytes) -> bytes:
        return self._key.exchange(X25519PublicKey.from_public_bytes(public))


def jws(key: SigningKey, typ: str, payload: str, header: dict | None = None) -> str:
    """A compact JWS (protocol §2). `header` replaces the proper one, for what must be refused."""
    header = header or {"alg": "Ed25519", "typ": typ, "kid": key.kid}
    signed = f"{b64(to_json(header).encode())}.{b64(payload.encode())}"
    return f"{signed}.{b64(key.sign(signed.encode()))}"


def hash_of(compact: str) -> str:
    """The hash of a signed object (protocol §2)."""
    return b64(sha256(compact.encode("ascii")))


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    info = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    # One block of HKDF-Expand is enough for every length here (at most 32).
    return hmac.digest(prk, info + b"\x01", "sha256")[:length]


def hpke_seal(recipient: bytes, ephemeral: OpeningKey, info: bytes, aad: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
    """RFC 9180 base mode, single shot: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, ChaCha20-Poly1305 0x0003.

    The ephemeral key is given, so that the vector is fixed; a phone draws it at random.
    """
    kem = b"KEM" + struct.pack(">H", 0x0020)
    enc = ephemeral.public
    eae_prk = _extract(kem, b"", b"eae_prk", ephemeral.exchange(recipient))
    shared = _expand(kem, eae_prk, b"shared_secret", enc + recipient, 32)
    suite = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)
    context = b"\x00" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, shared, b"secret", b"")
    key = _expand(suite, secret, b"key", context, 32)
    nonce = _expand(suite, secret, b"base_nonce", context, 12)
    return enc, CHACHA(key).encrypt(nonce, plaintext, aad)


def gzip_stored(data: bytes) -> bytes:
    """Gzip (RFC 1952) with one stored block, so that the bytes do not depend on a compressor."""
    assert len(data) < 65536
    header = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    block = b"\x01" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data
    return header + block + struct.pack("<II", zlib.crc32(data), len(data))
