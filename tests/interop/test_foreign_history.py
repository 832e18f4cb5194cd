"""What a stranger's libraries signed, checked by the binary: `hadir verify` on histories made in Python."""

import copy
import json
import tempfile
import unittest
from pathlib import Path

import binary
import stranger
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey
from stranger import unb64

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "vectors.json").read_text())
ROOT = VECTORS["keys"]["root"]["public"]


def private_key(name: str) -> OKPKey:
    key = VECTORS["keys"][name]
    return OKPKey.import_key({"kty": "OKP", "crv": key["crv"], "x": key["public"], "d": key["private"]})


def sign(key: OKPKey, typ: str, payload: dict) -> str:
    """A signed object by the JOSE library, whose header has its own order of members and its own JSON."""
    header = {"kid": key.thumbprint(), "typ": typ, "alg": "Ed25519"}
    return jws.serialize_compact(header, json.dumps(payload, indent=2).encode(), key, algorithms=["Ed25519"])


class ForeignHistory(unittest.TestCase):
    def verify(self, history: dict, root: str = ROOT) -> tuple[int, dict]:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "history.json"
            file.write_text(json.dumps(history))
            done = binary.run("--json", "verify", file, "--root", root, expect=None)
        return done.returncode, json.loads(done.stdout)

    def test_the_binary_takes_what_a_jose_library_signed_in_its_own_json(self):
        """The same story signed again by joserfc: other bytes, other hashes, the same meaning."""
        phone, server = private_key("installation"), private_key("receipt")
        records, before, lines = [], None, []
        for compact in VECTORS["history"]["records"][:5]:
            record = json.loads(unb64(compact.split(".")[1]))
            record.update(prev=before, body={"no_fix": "timeout"}, kind="check_in")
            records.append(sign(phone, "hadir-record", dict(reversed(record.items()))))
            before = stranger.sha256(records[-1].encode())
            lines.append({"seq": record["seq"], "hash": before, "outcome": "stored"})
        text = "".join(f"{line['seq']} {line['hash']} stored\n" for line in lines)
        receipt = sign(server, "hadir-receipt", {
            "v": 1, "install": phone.thumbprint(), "epoch": 1, "from": 1, "to": 5, "head": before,
            "digest": stranger.sha256(text.encode()), "t_ms": 1773117603000})
        history = {**VECTORS["history"], "records": records, "receipts": [{"receipt": receipt, "outcomes": lines}]}
        code, report = self.verify(history)
        self.assertEqual((code, report["good"], report["records"], report["not_receipted"]), (0, True, 5, 0))
        stranger.check_history(history, ROOT)

    def test_both_sides_refuse_the_same_tampering(self):
        history = VECTORS["history"]
        self.assertEqual(self.verify(history)[0], 0)

        def flip(text: str, at: int) -> str:
            """Another letter whose bits all count."""
            return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]

        def change(path: list, how):
            def apply(changed):
                for step in path[:-1]:
                    changed = changed[step]
                changed[path[-1]] = how(changed[path[-1]])
            return apply

        cases = {
            "a letter of a record": change(["records", 3], lambda it: flip(it, 200)),
            "a letter of a record's signature": change(["records", 3], lambda it: flip(it, len(it) - 20)),
            "a record dropped": lambda h: h["records"].pop(4),
            "a record twice": lambda h: h["records"].insert(2, h["records"][2]),
            "two records exchanged": lambda h: h["records"].insert(2, h["records"].pop(3)),
            "an outcome changed": change(["receipts", 0, "outcomes", 1, "outcome"], lambda _: "conflict"),
            "a line's hash changed": change(["receipts", 0, "outcomes", 1, "hash"], lambda it: flip(it, 5)),
            "a letter of a receipt": change(["receipts", 0, "receipt"], lambda it: flip(it, 150)),
            "a letter of a token": change(["tokens", 0], lambda it: flip(it, 150)),
            "a certificate dropped": lambda h: h["trust"]["certs"].clear(),
            "another key": change(["key"], lambda _: VECTORS["keys"]["receipt"]["public"]),
            "a receipt by the assignment key": change(["receipts", 0, "receipt"], lambda it: sign(
                private_key("assignment"), "hadir-receipt", json.loads(unb64(it.split(".")[1])))),
            "a record under the older name of the algorithm": change(["records", 0], lambda _: VECTORS["refused"][0]["compact"]),
        }
        for name, tamper in cases.items():
            with self.subTest(name):
                changed = copy.deepcopy(history)
                tamper(changed)
                code, report = self.verify(changed)
                self.assertEqual((code, report["good"]), (1, False))
                with self.assertRaises(stranger.Refused):
                    stranger.check_history(changed, ROOT)

    def test_both_sides_take_records_as_freed_only_where_a_receipt_proves_them(self):
        freed = copy.deepcopy(VECTORS["history"])
        del freed["records"][:3]
        freed["freed"] = [{"epoch": 1, "from_seq": 1, "to_seq": 3}]
        code, report = self.verify(freed)
        self.assertEqual((code, report["good"], report["epochs"][0]["freed"]), (0, True, [{"from_seq": 1, "to_seq": 3}]))
        stranger.check_history(freed, ROOT)
        cases = {
            "not said": lambda h: h.pop("freed"),
            "one place too few": lambda h: h["freed"][0].update(to_seq=2),
            "no receipt": lambda h: h["receipts"].pop(0),
            "one record more": lambda h: h["records"].pop(0),
        }
        for name, tamper in cases.items():
            with self.subTest(name):
                changed = copy.deepcopy(freed)
                tamper(changed)
                self.assertEqual(self.verify(changed)[0], 1)
                with self.assertRaises(stranger.Refused):
                    stranger.check_history(changed, ROOT)

    def test_another_root_is_refused_by_both(self):
        other = VECTORS["keys"]["policy"]["public"]
        self.assertEqual(self.verify(VECTORS["history"], other)[0], 1)
        with self.assertRaises(stranger.Refused):
            stranger.check_history(VECTORS["history"], other)

    def test_a_fresh_key_of_the_office_is_a_jwk_that_the_library_reads(self):
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "office.jwk"
            binary.run("health", "keygen", "--out", file)
            secret, public = json.loads(file.read_text()), json.loads(Path(f"{file}.pub").read_text())
        self.assertNotIn("d", public)
        whole = OKPKey.import_key({member: secret[member] for member in ("kty", "crv", "x", "d")})
        halves = X25519PrivateKey.from_private_bytes(unb64(secret["d"])).public_key().public_bytes_raw()
        self.assertEqual(halves, unb64(public["x"]))
        self.assertEqual(whole.thumbprint(), stranger.key_from(public["x"], "X25519").thumbprint())


if __name__ == "__main__":
    unittest.main()
