"""Counts what the scripts of the suites kotlin, swift and targets report: prints `PASSED FAILED SKIPPED`.

usage: phone_counts.py LOG [SUREFIRE_DIR]

A log has a line `-- NAME: passed|FAILED|skipped (N s)` for each check. A check whose name ends with `tests` runs tests, which
are counted one by one instead: from the output of cargo and Swift, and from Maven's reports.
"""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path


class Counts:
    """What passed, failed and was skipped."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def add(self, passed: int, failed: int, skipped: int = 0) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped += skipped


def cargo(log: str, counts: Counts) -> None:
    for passed, failed in re.findall(r"^test result: .* (\d+) passed; (\d+) failed;", log, re.M):
        counts.add(int(passed), int(failed))


def swift(log: str, counts: Counts) -> None:
    # XCTest says its sum last, after the suite of all.
    every = re.search(r"^Test Suite 'All tests' (?:passed|failed).*\n\s*Executed (\d+) tests?, with (?:(\d+) tests? skipped and )?(\d+) failure", log, re.M)
    if every:
        ran, skipped = int(every[1]), int(every[2] or 0)
        # A test may fail more than once.
        failed = len(set(re.findall(r"^Test Case '([^']+)' failed", log, re.M)))
        counts.add(ran - failed - skipped, failed, skipped)
    run = re.search(r"^. Test run with (\d+) tests? (?:passed|failed)", log, re.M)
    if run:
        failed = len(set(re.findall(r"^\S+ Test (?!run with)(.+?) failed after", log, re.M)))
        skipped = len(re.findall(r"^\S+ Test (?!run with).+? skipped", log, re.M))
        counts.add(int(run[1]) - failed - skipped, failed, skipped)


def surefire(directory: Path, counts: Counts) -> None:
    for path in directory.glob("*/surefire-reports/TEST-*.xml"):
        suite = ET.parse(path).getroot()
        tests, skipped = int(suite.get("tests")), int(suite.get("skipped"))
        failed = int(suite.get("failures")) + int(suite.get("errors"))
        counts.add(tests - failed - skipped, failed, skipped)


def count(log: str, reports: Path | None) -> Counts:
    counts = Counts()
    cargo(log, counts)
    swift(log, counts)
    if reports is not None and "== kotlin:" in log:
        surefire(reports, counts)
    counted = counts.failed
    for name, end in re.findall(r"^-- (.+): (passed|FAILED|skipped) \(\d+ s\)$", log, re.M):
        if end == "skipped":
            counts.add(0, 0, 1)
        elif end == "FAILED":
            # Tests that failed are counted; that none did and yet it failed is a failure of its own.
            counts.add(0, 0 if name.endswith("tests") and counted else 1)
        elif not name.endswith("tests"):
            counts.add(1, 0)
    return counts


def main() -> int:
    log = re.sub(r"\x1b\[[0-9;]*m", "", Path(sys.argv[1]).read_text(errors="replace"))
    counts = count(log, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    print(counts.passed, counts.failed, counts.skipped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
