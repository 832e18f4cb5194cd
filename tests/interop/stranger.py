"""What a stranger needs to check Hadir's objects: ordinary libraries and docs/protocol.md.

Signatures are checked by joserfc (RFC 9864), sealed forms are opened by pyhpke (RFC 9180). Nothing is shared with
the script that makes the vectors.
"""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from joserfc import jws
from joserfc.jwk import OKPKey
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

ALGORITHMS = ["Ed25519"]


class Refused(Exception):
    """Something does not hold."""


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha256(data: bytes) -> str:
    return b64(hashlib.sha256(data).digest())


def require(holds: bool, what: str):
    if not holds:
        raise Refused(what)


def key_from(public: str, crv: str = "Ed25519") -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": crv, "x": public})


def open_object(compact: str, key: OKPKey, typ: str) -> dict:
    """The payload of a signed object, checked with a JOSE library alone."""
    try:
        found = jws.deserialize_compact(compact, key, algorithms=ALGORITHMS)
    except Exception as error:  # the library has many kinds of refusal
        raise Refused(f"{typ}: {error!r}") from error
    header = found.headers()
    require(header == {"alg": "Ed25519", "typ": typ, "kid": key.thumbprint()}, f"{typ}: header {header}")
    return json.loads(found.payload)


def certified(trust: dict, pinned_root: str) -> dict[str, tuple[dict, OKPKey]]:
    """The certified keys by kid. The root is the pinned one, whatever the trust says."""
    require(trust["root"] == pinned_root, "another root")
    root = key_from(pinned_root)
    keys = {}
    for compact in trust["certs"]:
        cert = open_object(compact, root, "hadir-cert")
        require(cert["agency"] == trust["agency"], "a certificate of another agency")
        key = key_from(cert["x"], cert["crv"])
        keys[key.thumbprint()] = (cert, key)
    return keys


def open_certified(compact: str, keys: dict, use: str, typ: str) -> dict:
    """The payload of what a certified key signed, with the use and the dates of its certificate."""
    kid = json.loads(unb64(compact.split(".")[0])).get("kid")
    require(kid in keys, f"{typ}: no certificate for {kid}")
    cert, key = keys[kid]
    require(cert["use"] == use, f"{typ}: the key is for {cert['use']}")
    payload = open_object(compact, key, typ)
    require(cert["nbf_ms"] <= payload["t_ms"] < cert["exp_ms"], f"{typ}: outside its certificate's dates")
    return payload


def check_receipt(entry: dict, keys: dict) -> dict:
    """A receipt with its lines: signature, digest, ends."""
    receipt = open_certified(entry["receipt"], keys, "receipt", "hadir-receipt")
    lines = entry["outcomes"]
    text = "".join(f"{line['seq']} {line['hash']} {line['outcome']}\n" for line in lines)
    require(receipt["digest"] == sha256(text.encode()), "the receipt's lines are not those that it signs")
    require((receipt["from"], receipt["to"]) == (lines[0]["seq"], lines[-1]["seq"]), "the receipt's ends")
    require(receipt["head"] == lines[-1]["hash"], "the receipt's head")
    return receipt


def check_history(history: dict, pinned_root: str) -> dict:
    """Protocol §8. Returns how much was checked."""
    keys = certified(history["trust"], pinned_root)
    key = key_from(history["key"])
    require(key.thumbprint() == history["install"], "the key is not the installation's")
    by_place, before = {}, None
    for compact in history["records"]:
        record = open_object(compact, key, "hadir-record")
        require(record["install"] == history["install"], "a record of another installation")
        place, digest = (record["epoch"], record["seq"]), sha256(compact.encode())
        if before and before[0][0] == place[0]:
            require(place[1] == before[0][1] + 1, f"a gap before {place}")
            require(record["prev"] == before[1], f"the chain breaks at {place}")
        require(place != (1, 1) or record["prev"] is None, "a first record with a predecessor")
        by_place[place], before = digest, (place, digest)
    lines = 0
    for entry in history["receipts"]:
        receipt = check_receipt(entry, keys)
        require(receipt["install"] == history["install"], "a receipt for another installation")
        for line in entry["outcomes"]:
            lines += 1
            if line["outcome"] == "stored":
                require(by_place.get((receipt["epoch"], line["seq"])) == line["hash"],
                        f"record {receipt['epoch']}/{line['seq']} is not the one that was receipted")
    for token in history["tokens"]:
        payload = open_certified(token, keys, "receipt", "hadir-token")
        require(payload["install"] == history["install"], "a token for another installation")
    return {"records": len(by_place), "receipted": lines, "tokens": len(history["tokens"])}


def open_form(record: dict, employee: str, kid: str, private: bytes) -> dict:
    """Protocol §4, with an HPKE library: the answers inside a `health_form` record."""
    form = record["body"]
    binding = "".join(f"{line}\n" for line in [
        "hadir/health/v1", record["install"], record["id"], employee, f"{form['form']} {form['form_version']}",
        form["for_date"], form["verdict"]]).encode()
    suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)
    recipients = [it for it in form["sealed"]["recipients"] if it["kid"] == kid]
    require(len(recipients) == 1, "not sealed to this key")
    public = key_private(private)
    try:
        context = suite.create_recipient_context(unb64(recipients[0]["enc"]), public, info=b"hadir/health/v1")
        content_key = context.open(unb64(recipients[0]["key"]), aad=binding)
        plain = ChaCha20Poly1305(content_key).decrypt(bytes(12), unb64(form["sealed"]["content"]), binding)
    except Exception as error:
        raise Refused(f"the form does not open: {error!r}") from error
    require(len(plain) == 1024, "the plaintext is not padded")
    return json.loads(plain)


def key_private(private: bytes):
    """An X25519 private key in the HPKE library's form; the public part is computed."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(private))


def form1_verdict(answers: dict[str, bool]) -> str:
    """Form 1 of HK.01.07/MENKES/328/2020: 1 each for questions 1 to 4, 5 each for 5 and 6; from 5 on, no entry."""
    score = sum((5 if number in ("5", "6") else 1) for number, yes in answers.items() if yes)
    return "may_not_enter" if score >= 5 else "may_enter"
