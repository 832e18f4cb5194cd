"""Objects that every reader must refuse, each with its reason (docs/protocol.md §1 and §2)."""

import base64

from agency import Signed
from phone import Phone
from primitives import b64, jws, thumbprint, to_json

L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point (RFC 8032 §5.1)."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def refused(phone: Phone, good: Signed) -> list[dict]:
    """Variants of one good record: `compact` must not verify as a `hadir-record` of the installation's key."""
    key, kid, payload = phone.key, phone.key.kid, good.text
    proper = {"alg": "Ed25519", "typ": "hadir-record", "kid": kid}
    head, body, signature = good.compact.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    scalar = int.from_bytes(raw[32:], "little")
    bits = ALPHABET.index(signature[-1])

    def with_header(**change) -> str:
        return jws(key, "hadir-record", payload, {**proper, **change})

    def with_payload(text: str) -> str:
        return jws(key, "hadir-record", text)

    cases = {
        "the older name of the algorithm": with_header(alg="EdDSA"),
        "no algorithm": with_header(alg="none"),
        "no signature": f"{head}.{body}.",
        "the name of another role": with_header(typ="hadir-stub"),
        "somebody else's kid": with_header(kid=phone.agency.keys["root"].kid),
        "a critical extension": with_header(crit=["b64"], b64=True),
        "a key in the header": with_header(jwk={"kty": "OKP", "crv": "Ed25519", "x": b64(key.public)}),
        "no kid": jws(key, "hadir-record", payload, {"alg": "Ed25519", "typ": "hadir-record"}),
        "a header member twice": _resigned(phone, to_json(proper)[:-1] + ',"alg":"Ed25519"}', payload),
        "one letter of the payload changed": f"{head}.{b64(payload.replace('08', '09', 1).encode())}.{signature}",
        "one bit of the signature changed": f"{head}.{body}.{b64(raw[:10] + bytes([raw[10] ^ 1]) + raw[11:])}",
        "a signature with S above the group's order": f"{head}.{body}.{b64(raw[:32] + (scalar + L).to_bytes(32, 'little'))}",
        "bits set after the end of the signature's text": f"{head}.{body}.{signature[:-1]}{ALPHABET[bits | 1]}",
        "padding": f"{head}.{body}.{signature}==",
        "a line end": f"{good.compact}\n",
        "four parts": f"{good.compact}.{signature}",
        "signed by another key": jws(phone.agency.keys["root"], "hadir-record", payload, proper),
        "a payload member twice": with_payload(payload[:-1] + ',"seq":1}'),
        "a payload member that v1 does not have": with_payload(payload[:-1] + ',"extra":1}'),
        "a payload member missing": with_payload(to_json({k: v for k, v in good.payload.items() if k != "time"})),
        "a later version": with_payload(payload.replace('"v":1', '"v":2', 1)),
        "an installation that is not the kid": with_payload(to_json({**good.payload, "install": phone.agency.keys["root"].kid})),
        "a payload that is not JSON": with_payload(payload[:-1]),
    }
    assert all(compact != good.compact for compact in cases.values())
    weak = _weak(good)
    return [{"why": why, "compact": compact, "key": b64(key.public)} for why, compact in cases.items()] + [weak]


def _resigned(phone: Phone, header: str, payload: str) -> str:
    signed = f"{b64(header.encode())}.{b64(payload.encode())}"
    return f"{signed}.{b64(phone.key.sign(signed.encode()))}"


def _weak(good: Signed) -> dict:
    """The neutral element as key and as R, with S = 0: a lenient verifier takes it for every message."""
    neutral = b"\x01" + bytes(31)
    kid = thumbprint("Ed25519", neutral)
    header = to_json({"alg": "Ed25519", "typ": "hadir-record", "kid": kid})
    payload = to_json({**good.payload, "install": kid})
    compact = f"{b64(header.encode())}.{b64(payload.encode())}.{b64(neutral + bytes(32))}"
    return {"why": "a weak key that signs everything", "compact": compact, "key": b64(neutral)}
