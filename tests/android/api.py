#!/usr/bin/env python3
"""Finds uses of framework members that a phone may not have.

Android lint knows them from two tables of the SDK, which is not here. android-all, against which we compile, shows every
member of Android 15, hidden ones too. So two lists are made of what the compiled classes name:

- hidden members, by the list inside Google's lint checks (it knows none that is newer than itself);
- members that the framework of minSdk does not have: each must stand in android/newer-apis.txt, with where it is guarded.
"""

import argparse
import sys
import zipfile
from pathlib import Path

from classfile import ClassFile

# Rewritten by D8: lambdas, string templates, and what it back-ports of the language's own library.
REWRITTEN = ("java/",)


class Framework:
    """The classes of one JAR, read as they are asked for."""

    def __init__(self, jar: Path) -> None:
        self.zip = zipfile.ZipFile(jar)
        self.names = set(self.zip.namelist())
        self.read: dict[str, ClassFile | None] = {}

    def get(self, name: str) -> ClassFile | None:
        if name not in self.read:
            entry = f"{name}.class"
            self.read[name] = ClassFile(self.zip.read(entry)) if entry in self.names else None
        return self.read[name]

    def has(self, owner: str, member: tuple[str, str]) -> bool:
        """Whether the class, or one above it, declares the member."""
        found = self.get(owner)
        if found is None:
            return False
        return member in found.members or any(self.has(above, member) for above in found.above)


def framework_owners(owner: str, ours: dict[str, ClassFile], member: tuple[str, str]) -> list[str]:
    """Where a member named on one of our classes comes from: the framework's classes above it, if none of ours declares it."""
    if owner not in ours:
        return [owner]
    if member in ours[owner].members:
        return []
    return [found for above in ours[owner].above for found in framework_owners(above, ours, member)]


def allowed_members(path: Path) -> dict[str, str]:
    """`MEMBER  where it is guarded`, one a line."""
    allowed = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        member, _, guard = line.partition("  ")
        if not guard.strip():
            sys.exit(f"{path}:{number}: say where {member} is guarded")
        allowed[member] = guard.strip()
    return allowed


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--classes", type=Path, action="append", required=True, help="a folder of compiled classes")
    arguments.add_argument("--private", type=Path, required=True, help="Google's lint-checks.jar")
    arguments.add_argument("--oldest", type=Path, required=True, help="the framework of minSdk")
    arguments.add_argument("--newest", type=Path, required=True, help="the framework that is compiled against")
    arguments.add_argument("--allowed", type=Path, required=True, help="newer members that are guarded")
    given = arguments.parse_args()

    ours = {}
    for folder in given.classes:
        for path in folder.rglob("*.class"):
            found = ClassFile(path.read_bytes())
            ours[found.name] = found
    if not ours:
        sys.exit(f"no class in {', '.join(map(str, given.classes))}: compile first")
    oldest, newest = Framework(given.oldest), Framework(given.newest)
    allowed = allowed_members(given.allowed)
    hidden = {}
    with zipfile.ZipFile(given.private) as jar, jar.open("private-apis.txt") as lines:
        for line in lines:
            member, _, flag = line.decode().strip().rpartition(",")
            hidden[member] = flag

    faults, used = [], set()
    for name, found in sorted(ours.items()):
        for owner, member, is_field in found.references:
            for origin in framework_owners(owner, ours, member):
                if origin.startswith(REWRITTEN) or not newest.has(origin, member):
                    continue
                text = f"L{origin};->{member[0]}{':' if is_field else ''}{member[1]}"
                if text in hidden:
                    faults.append(f"{name}: {text} is hidden ({hidden[text]})")
                if not oldest.has(origin, member):
                    used.add(text)
                    if text not in allowed:
                        faults.append(f"{name}: {text} is newer than minSdk; guard it, and say where in {given.allowed.name}")
    faults += [f"{given.allowed.name}: {member} is not used any more" for member in sorted(allowed.keys() - used)]
    for fault in faults:
        print(fault)
    print(f"{len(ours)} classes, {len(used)} members newer than minSdk, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
