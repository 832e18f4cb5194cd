#!/usr/bin/env python3
"""Makes tests/vectors/vectors.json: complete byte vectors for every object of docs/protocol.md, and journal.json for docs/journal.md.

Written from those documents alone, with fixed keys and fixed instants, so that a second run gives the same bytes.
    make.py            writes both files
    make.py --check    compares, and fails when they differ
"""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

import journal
from agency import Agency
from codes import HELP_BITS, codes, questions
from phone import Phone
from primitives import b64, crockford, gzip_stored, sha256
from refused import refused

HERE = Path(__file__).parent


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def day(clock: str) -> int:
    """An instant of the day that the vectors play: Tuesday 10 March 2026 in WITA."""
    return ms(f"2026-03-10T{clock}+08:00")


def make() -> dict:
    agency = Agency(signed_ms=day("06:00:00"), nbf_ms=ms("2026-01-01T00:00:00+08:00"), exp_ms=ms("2028-01-01T00:00:00+08:00"))
    phone = Phone(agency, boot_ms=day("06:30:00"))
    pack = agency.pack(1, json.loads((HERE / "policy.json").read_text()))
    assignment = agency.assignment(phone.key.kid)
    phone.holds(pack, assignment)

    invite = agency.invite(exp_ms=day("23:59:59"))
    # SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) and its hash (RFC 7469 §2.4): one in use, one in reserve.
    spkis = [bytes.fromhex("302a300506032b6570032100") + bytes([byte]) * 32 for byte in (0x51, 0x52)]
    tls = {"ca": b64(bytes(range(0x80, 0xb0))), "pins": [b64(sha256(spki)) for spki in spkis]}
    enrol = phone.enrol(invite)
    morning = phone.tap(day("08:00:09"), fix={"lat_e7": -25531234, "lon_e7": 1203720001, "accuracy_m": 25.0, "age_ms": 900,
                                              "mock": False, "source": "gnss"})
    no_fix = phone.tap(day("11:00:31"), no_fix="timeout")
    changed = phone.clock_changed(day("11:40:00"), back_ms=3_000_000)
    failed = phone.upload_failed(day("12:00:00"), code="transport", count=7, since_ms=day("08:00:10"))
    ask = phone.request(day("12:40:00"), "POST", "/v1/token", b"")
    token = agency.token(phone.key.kid, ask.payload["nonce"], day("12:40:00") + 150)
    anchored = phone.time_token(day("12:40:01"), token, s=day("12:40:00"), r=day("12:40:00") + 310)
    first = [morning, no_fix, changed, failed, anchored]
    batch = "".join(f"{record.compact}\n" for record in first).encode()
    upload = phone.request(day("12:40:02"), "POST", "/v1/records", gzip_stored(batch))
    receipt, lines = agency.receipt(first, ["stored"] * 5, day("12:40:03"))
    phone.receipt = receipt.hash
    head = agency.head(phone.key.kid, anchored, pack=1, roster=1, backed_up_through_ms=day("12:00:00"), t_ms=day("12:40:03") + 1)
    nothing = agency.head(phone.key.kid, None, pack=None, roster=1, backed_up_through_ms=None, t_ms=day("07:00:00"))

    seen = phone.acknowledge(day("13:00:00"), "recall", assignment)
    last = phone.tap(day("14:00:05"), gnss=day("14:00:04"),
                     fix={"lat_e7": -25531200, "lon_e7": 1203719950, "accuracy_m": 3.5, "age_ms": 0, "mock": True,
                          "source": "external", "speed_mps": 1.5})
    form, sealed = phone.health_form(day("16:30:00"), for_date="2026-03-11", answers=[True, False, False, False, False, True])
    later = phone.record(day("16:40:00"), "petition", {"anything": ["a later", "version", "writes"]})
    outside = {"lat_e7": -21000000, "lon_e7": 1203719950, "accuracy_m": 8.0, "age_ms": 0, "mock": False, "source": "fused"}
    shared = phone.track(day("16:45:00"), [
        {"is": "inside", "fixes": 2, "accuracy_m": 12, "ms": 200_000},
        {"is": "unknown", "why": "near_edge", "ms": 40_000},
        {"is": "outside", "fixes": 1, "accuracy_m": 8, "by_m": 3120, "ms": 50_000},
        {"is": "unknown", "why": "no_fix", "no_fix": "off", "ms": 10_000},
    ], then="sharing", points=[{"ms": 240_000, "fix": outside}])
    over = phone.track(day("16:51:00"), [
        {"is": "inside", "fixes": 1, "accuracy_m": 12, "mock": True, "ms": 240_000},
        {"is": "unknown", "why": "gap", "ms": 60_000}], then="over", until_ms=day("16:50:00"))
    paused = phone.track(day("16:52:00"), [], then="paused")
    refused_one = phone.tap(day("17:00:00"), no_fix="off")
    stub = phone.stub(refused_one, "bad_record")
    second = [seen, last, form, later, shared, over, paused, stub]
    receipt2, lines2 = agency.receipt(second, ["stored"] * 7 + ["stub"], day("17:05:00"))
    order = {"t_ms": day("17:10:00"), "epoch": refused_one.payload["epoch"], "seq": refused_one.payload["seq"]}
    ordering = agency.head(phone.key.kid, refused_one, pack=1, roster=1, backed_up_through_ms=None, t_ms=day("17:15:00"), release=[order])
    again = phone.stub(refused_one, "bad_record", order_ms=order["t_ms"])
    epoch = phone.epoch(day("17:30:00"), cause="lost_tail", last_good=paused, missing=(refused_one.payload["seq"],) * 2)
    blind = phone.epoch(day("17:40:00"), cause="damage", last_good=None, missing=None)
    trip = phone.ask(day("17:50:00"), what="duty_trip", **{"from": "2026-03-12"}, until="2026-03-13", note="Konsultasi ke provinsi")
    half_day = phone.ask(day("17:51:00"), what="sick", **{"from": "2026-03-11"}, until="2026-03-11", windows=["w1400", "w1600"])
    withdrawn = phone.withdraw(day("17:52:00"), half_day)
    appeal = phone.appeal(day("17:53:00"), date="2026-03-10", window="w1100", record=no_fix.hash, grounds="network",
                          text="Tidak ada sinyal di posko", evidence=[morning.hash, no_fix.hash])
    whole_day = phone.appeal(day("17:54:00"), date="2026-03-10", grounds="phone")
    decided = agency.later_assignment(phone.key.kid, day("18:00:00"), granted=trip, refused=appeal)

    old_store = journal.make()
    kept = agency.kept(phone.key.kid, journal.STORE_ID, "1", bytes.fromhex(old_store["segment"]), day("17:50:00"))

    signed = {
        **{f"cert_{name}": cert for name, cert in agency.certs.items()},
        "pack": pack, "assignment": assignment, "enrol": enrol,
        "record_check_in_fix": morning, "record_check_in_no_fix": no_fix, "record_note_clock_changed": changed,
        "record_note_upload_failed": failed, "request_token": ask, "token": token, "record_note_time_token": anchored,
        "request_batch": upload, "receipt": receipt, "head": head, "head_of_nothing": nothing,
        "record_acknowledge": seen, "record_check_in_all_members": last, "record_health_form": form,
        "record_of_a_body_not_read": later, "record_track": shared, "record_track_until": over,
        "record_track_paused": paused, "record_parked": refused_one, "stub": stub, "receipt_with_stub": receipt2,
        "head_with_an_order": ordering, "stub_after_an_order": again,
        "record_epoch": epoch, "record_epoch_blind": blind, "record_request": trip, "record_request_of_windows": half_day,
        "record_request_withdrawn": withdrawn, "record_appeal": appeal, "record_appeal_of_a_day": whole_day,
        "assignment_with_decisions": decided,
        "kept": kept,
    }
    keys = {**agency.keys, "installation": phone.key}
    return {
        "about": "Made by tests/vectors/make.py from docs/protocol.md. Bytes are base64url; `payload` is the text that was signed.",
        "keys": {name: {"crv": key.crv, "private": b64(key.private), "public": b64(key.public), "kid": key.kid}
                 for name, key in keys.items()},
        "signed": {name: {"typ": it.typ, "key": it.key_name, "payload": it.text, "compact": it.compact, "hash": it.hash}
                   for name, it in signed.items()},
        "invite": invite,
        "invite_pinned": agency.invite(exp_ms=day("23:59:59"), tls=tls),
        "address": agency.address(tls),
        "pins": [{"spki": b64(spki), "pin": pin} for spki, pin in zip(spkis, tls["pins"])],
        "trust": agency.trust(),
        "sealed": sealed,
        "office_line": {"v": 1, "record": form.compact, "key": b64(phone.key.public), "person": phone.employee},
        "batch": {"objects": [f"{it.compact}" for it in first], "plain": b64(batch), "gzip": b64(gzip_stored(batch)),
                  "gzip_hash": b64(sha256(gzip_stored(batch)))},
        "receipts": {"receipt": {"outcomes": lines, "digest_over": digest_text(lines)},
                     "receipt_with_stub": {"outcomes": lines2, "digest_over": digest_text(lines2)}},
        "answers": {
            "enrol": {"trust": agency.trust(), "packs": [pack.compact], "assignment": assignment.compact},
            "token": {"token": token.compact},
            "records": {"receipt": receipt.compact, "outcomes": lines},
            "trust": {"trust": agency.trust()},
            "packs": {"trust": agency.trust(), "packs": [pack.compact]},
            "assignment": {"trust": agency.trust(), "assignment": assignment.compact},
            "look": {"agency_name": "Kabupaten Luwu Utara", "person": {"name": "Andi Tenri", "unit_name": "BKPSDM Luwu Utara"},
                     "exp_ms": day("23:59:59"), "state": "open"},
            "look_at_one_that_is_over": {"agency_name": "Kabupaten Luwu Utara", "person": None, "exp_ms": day("23:59:59"),
                                         "state": "expired"},
            "help": {"code": crockford(HELP_BITS, 6), "t_ms": day("12:45:00"), "until_ms": day("12:45:00") + 7 * 86_400_000},
        },
        "questions": questions(json.loads(invite["json"]), last_sync_ms=day("12:40:03")),
        "codes": codes(morning.hash),
        "proofs": {"head": ordering.compact, "gone": {"epoch": 1, "from": 1, "to": 3}, "receipts": [{"receipt": receipt.compact, "outcomes": lines}]},
        "old": {
            "path": f"/v1/old?store={b64(journal.STORE_ID)}&name=1&size={len(old_store['segment']) // 2}"
                    f"&hash={kept.payload['hash']}&at=0",
            "answer": {"have": kept.payload["size"], "kept": kept.compact},
        },
        "problem": {"type": "urn:hadir:problem:bad_record", "title": "bad record", "status": 422, "code": "bad_record",
                    "detail": "the signature does not match", "index": 4, "seq": 10},
        "history": {"v": 1, "trust": agency.trust(), "install": phone.key.kid, "key": b64(phone.key.public),
                    # The record that was parked is lost with the tail: the next epoch says so.
                    "records": [record.compact for record in first + [seen, last, form, later, shared, over, paused, epoch]],
                    "receipts": [{"receipt": receipt.compact, "outcomes": lines}, {"receipt": receipt2.compact, "outcomes": lines2}],
                    "tokens": [token.compact]},
        "refused": refused(phone, morning),
    }


def digest_text(lines: list[dict]) -> str:
    return "".join(f"{line['seq']} {line['hash']} {line['outcome']}\n" for line in lines)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare instead of writing")
    check = arguments.parse_args().check
    different = False
    for name, content in (("vectors.json", make()), ("journal.json", journal.make())):
        path = HERE / name
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        if not check:
            path.write_text(text)
        elif path.read_text() != text:
            different = True
            print(f"{path} differs from what make.py makes: run {HERE / 'make.py'} and look at the difference", file=sys.stderr)
    if check and not different:
        print("vectors: the same bytes")
    return int(different)


if __name__ == "__main__":
    sys.exit(main())
