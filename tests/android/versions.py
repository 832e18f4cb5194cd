#!/usr/bin/env python3
"""Checks that the poms name the versions of android/gradle/libs.versions.toml. usage: versions.py CATALOGUE POM…"""

import re
import sys
import tomllib
from pathlib import Path


def main() -> int:
    catalogue, *poms = (Path(path) for path in sys.argv[1:])
    versions = tomllib.loads(catalogue.read_text())["versions"]
    faults, compared = [], 0
    for pom in poms:
        for name, value in re.findall(r"<([a-z0-9]+)\.version>([^<]+)</", pom.read_text()):
            if name in versions:
                compared += 1
                if versions[name] != value:
                    faults.append(f"{pom}: {name} {value}, and {versions[name]} in {catalogue.name}")
    for fault in faults:
        print(fault)
    print(f"{compared} versions compared")
    return 1 if faults or compared < 4 else 0


if __name__ == "__main__":
    sys.exit(main())
