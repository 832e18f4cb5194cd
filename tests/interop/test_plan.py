"""A stranger plans a person's day from pack and assignment alone (docs/protocol.md §7.3), as a phone and the server do."""

import json
import unittest
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import binary
import stranger
from foreign_phone import ForeignPhone
from office import Office

PERSON = "local:H-1"
NIGHT = """
[[shifts]]
source = "ours"
id = "malam"
title = "Sif malam"
[[shifts.windows]]
spans = ["20:30-21:15", "06:45+1-07:30+1"]
"""


def seconds(text: str) -> int:
    """A time of day of a compiled policy: `07:30`, `07:30:59`, `07:00+1`."""
    clock, _, days = text.partition("+")
    return int(days or 0) * 86_400 + sum(int(part) * unit for part, unit in zip(clock.split(":"), (3_600, 60, 1), strict=False))


def rules(policy: dict, day: date, shift: str | None) -> list[dict]:
    """The window rules of a date, rising: those of the shift, else the ordinary ones. (No dated hours in this test.)"""
    found = next((it["windows"] for it in policy.get("shifts", []) if it["id"] == shift), policy["check_in"]["windows"])
    return sorted((it for it in found if f"{day:%a}".lower() in it["days"]), key=lambda it: seconds(it["opens"]))


def plan(policy: dict, days: dict[str, dict], day: date) -> list[dict]:
    """The windows of a date: id, and the instants at which it opens, is late, and is over."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(policy["zone"])).timestamp()

    def shift(of: date) -> str | None:
        return days.get(f"{of:%F}", {}).get("shift")

    found, after = rules(policy, day, shift(day)), day + timedelta(days=1)
    opens = [seconds(it["opens"]) for it in found] + [seconds(it["opens"]) + 86_400 for it in rules(policy, after, shift(after))[:1]]
    windows = []
    for number, rule in enumerate(found):
        on_time = seconds(rule["on_time_until"])
        late = max(on_time, min([on_time + policy["check_in"]["late_runs_min"] * 60, *opens[number + 1:number + 2]]))
        windows.append({"id": rule["id"], "opens_ms": int((midnight + seconds(rule["opens"])) * 1000),
                        "on_time_until_ms": int((midnight + on_time) * 1000), "late_until_ms": int((midnight + late) * 1000)})
    return windows


class APlanByAStranger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Monday, 07.00 in Makassar: a day shift, then a night, then a morning's leave.
        cls.monday = date(2026, 11, 23)
        cls.office = Office(clock_ms=int(datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Asia/Makassar")).timestamp() * 1000))
        cls.addClassCleanup(cls.office.close)
        policy = cls.office.path / "sif.toml"
        policy.write_text((binary.REPOSITORY / "policies/default.toml").read_text() + NIGHT)
        cls.office.admin("policy", policy, "--key", cls.office.keys / "policy.jwk")
        cls.office.admin("fact", "home", "--person", PERSON, "--from", "2026-11-23", "--until", "2026-11-27")
        cls.office.admin("fact", "shift", "--person", PERSON, "--shift", "malam", "--from", "2026-11-24")
        cls.office.admin("fact", "sick", "--person", PERSON, "--from", "2026-11-25", "--window", "08:00", "--window", "11:00")

    def test_the_windows_of_a_night_and_of_a_half_day_are_those_of_the_phone(self):
        phone = ForeignPhone(self.office, self.office.invite(PERSON))
        answer = phone.enrol()
        policy = stranger.open_certified(answer["packs"][-1], phone.keys, "policy", "hadir-pack")["policy"]
        assignment = stranger.open_certified(answer["assignment"], phone.keys, "assignment", "hadir-assignment")
        days = {it["date"]: it for it in assignment["days"]}
        self.assertEqual((days["2026-11-23"].get("shift"), days["2026-11-24"]["shift"]), (None, "malam"))
        self.assertEqual(days["2026-11-25"]["excused"], [{"window": "w0800", "kind": "sick"}, {"window": "w1100", "kind": "sick"}])
        ours = ["--clock", str(self.office.path / "clock"), "--dir", str(self.office.path / "phone")]
        binary.run("phone", "enrol", *ours, self.office.invite(PERSON))
        for day in (self.monday + timedelta(days=ahead) for ahead in range(4)):
            verdict = json.loads(binary.run("--json", "phone", "why", *ours, "--date", f"{day:%F}").stdout)
            theirs = [{name: it["window"][name] for name in ("id", "opens_ms", "on_time_until_ms", "late_until_ms")}
                      for it in verdict["windows"]]
            self.assertEqual(plan(policy, days, day), theirs, f"{day}")
        states = [it["state"] for it in json.loads(
            binary.run("--json", "phone", "why", *ours, "--date", "2026-11-25").stdout)["windows"]]
        self.assertEqual(states[:2], [{"state": "excused", "kind": "sick"}] * 2)


if __name__ == "__main__":
    unittest.main()
