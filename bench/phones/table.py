#!/usr/bin/env python3
"""The medians over rounds of `LANGUAGE JSON` lines, as a table with ratios to Rust, and as JSON.

    bench/phones/table.py LINES OUT.json
"""

import json
import statistics
import sys

GOALS = {("kotlin", "first"): "500 ms", ("kotlin", "today"): "1 ms", ("kotlin", "tap"): "1.2x of Rust", ("swift", "today"): "1.05x of Rust"}


def main():
    rounds = {}
    for line in open(sys.argv[1], encoding="utf-8"):
        language, numbers = line.split(" ", 1)
        rounds.setdefault(language, []).append(json.loads(numbers))

    def median(language, what, part):
        found = [one[what] if part is None else one[what][part] for one in rounds[language] if what in one]
        return statistics.median(found) if found else None

    table = {}
    print(f"{'':8} {'call':6} {'p50 us':>9} {'p99 us':>9} {'of Rust':>8}  goal")
    for language in rounds:
        for what in ("first", "today", "tap"):
            parts = (None, None) if what == "first" else ("p50", "p99")
            p50, p99 = median(language, what, parts[0]), median(language, what, parts[1])
            if p50 is None:
                continue
            ratio = None if what == "first" else p50 / median("rust", what, "p50")
            table.setdefault(language, {})[what] = {"p50_us": p50, "p99_us": p99, "of_rust": ratio}
            shown = "" if ratio is None else f"{ratio:.2f}x"
            last = "" if what == "first" else f"{p99:9.1f}"
            print(f"{language:8} {what:6} {p50:9.1f} {last:>9} {shown:>8}  {GOALS.get((language, what), '')}")
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump(table, out, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
