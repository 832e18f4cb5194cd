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
    """Protocol §8. Refuses the first thing that does not hold; returns what was checked, and what no receipt covers."""
    keys = certified(history["trust"], pinned_root)
    key = key_from(history["key"])
    require(key.thumbprint() == history["install"], "the key is not the installation's")
    records = []
    for compact in history["records"]:
        record = open_object(compact, key, "hadir-record")
        require(record["install"] == history["install"], "a record of another installation")
        records.append((record, sha256(compact.encode())))
    hashes = {(record["epoch"], record["seq"]): digest for record, digest in records}
    require(len(hashes) == len(records), "two records for one place")
    require(len({record["id"] for record, _ in records}) == len(records), "an id twice")
    require(list(hashes) == sorted(hashes), "places that do not rise")
    lost, everything_before = declared_lost(records)
    receipts = [(check_receipt(entry, keys), entry) for entry in history["receipts"]]
    freed = freed_places(history, receipts, hashes)
    check_chain(records, hashes, lost | freed.keys(), everything_before, freed)
    named = set()
    for receipt, entry in receipts:
        require(receipt["install"] == history["install"], "a receipt for another installation")
        for line in entry["outcomes"]:
            place = (receipt["epoch"], line["seq"])
            require(line["outcome"] != "conflict", f"the server holds another record at {place}")
            if line["outcome"] == "stored":
                excused = place not in hashes and (place in lost or place in freed or place < everything_before)
                require(excused or hashes.get(place) == line["hash"], f"{place} is not as it was received")
                named.add(line["hash"])
    for token in history["tokens"]:
        payload = open_certified(token, keys, "receipt", "hadir-token")
        require(payload["install"] == history["install"], "a token for another installation")
    return {"records": len(records), "tokens": len(history["tokens"]), "not_covered": len(records) - covered(records, named)}


def freed_places(history: dict, receipts: list, hashes: dict) -> dict[tuple[int, int], str]:
    """Rule 4: the places that the phone let go, each with the hash that a receipt names for it."""
    said = {(span["epoch"], seq) for span in history.get("freed", []) for seq in range(span["from_seq"], span["to_seq"] + 1)}
    stored = {(receipt["epoch"], line["seq"]): line["hash"]
              for receipt, entry in receipts for line in entry["outcomes"] if line["outcome"] == "stored"}
    return {place: stored[place] for place in said if place in stored and place not in hashes}


def declared_lost(records: list) -> tuple[set, tuple[int, int]]:
    """Rule 4: the places that `epoch` records declare lost, and the place before which everything is."""
    lost, everything_before = set(), (0, 0)
    for record, _ in records:
        if record["kind"] == "epoch":
            good, missing = record["body"]["last_good"], record["body"]["missing"]
            if record["body"]["cause"] == "unreadable_format" or not (good or missing):
                everything_before = (record["epoch"], 0)
            if missing and good:
                lost |= {(good["epoch"], seq) for seq in range(missing["from_seq"], missing["to_seq"] + 1)}
    return lost, everything_before


def check_chain(records: list, hashes: dict, lost: set, everything_before: tuple[int, int], freed: dict):
    """Rules 3 and 4: `prev`, the first record of an epoch, and that nothing else is absent."""
    previous, previous_hash = (1, 0), None
    for record, digest in records:
        place = (record["epoch"], record["seq"])
        if place[0] != previous[0]:
            require(place[0] == previous[0] + 1 or place <= everything_before, f"an epoch before {place} is absent")
            require(record["kind"] == "epoch" and place[1] == 1, f"{place} does not begin its epoch")
            good = record["body"]["last_good"]
            require(record["prev"] == (good and good["hash"]), f"{place} does not name the last good record")
            require(not good or hashes.get((good["epoch"], good["seq"]), good["hash"]) == good["hash"], f"{place} names another record")
        else:
            absent = [(place[0], seq) for seq in range(previous[1] + 1, place[1])]
            require(all(it in lost or it < everything_before for it in absent), f"absent before {place}: {absent}")
            before = freed.get((place[0], place[1] - 1), previous_hash)
            known = not absent or absent[-1] in freed
            require(not known or record["prev"] == before, f"the chain breaks at {place}")
        previous, previous_hash = place, digest


def covered(records: list, named: set[str]) -> int:
    """How many records a receipt names, or a chain without a gap leads to from one that is named."""
    reached, wanted = 0, set(named)
    for record, digest in reversed(records):
        if digest in wanted:
            reached += 1
            wanted.add(record["prev"])
    return reached


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
