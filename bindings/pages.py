#!/usr/bin/env python3
"""Fails unless a library loads on phones with pages of 16 KB: every loadable segment aligned to 16,384 bytes or more.

    bindings/pages.py LIBRARY.so
"""

import struct
import sys

PAGE = 16_384
LOAD = 1


def alignments(path):
    """The alignment of each loadable segment of an ELF file, bytes."""
    with open(path, "rb") as file:
        head = file.read(64)
        if head[:4] != b"\x7fELF":
            raise ValueError("it is no ELF file")
        wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
        if wide:
            (offset,), (size, count) = struct.unpack_from(order + "Q", head, 32), struct.unpack_from(order + "HH", head, 54)
        else:
            (offset,), (size, count) = struct.unpack_from(order + "I", head, 28), struct.unpack_from(order + "HH", head, 42)
        for number in range(count):
            file.seek(offset + number * size)
            entry = file.read(size)
            if struct.unpack_from(order + "I", entry)[0] == LOAD:
                yield struct.unpack_from(order + ("Q" if wide else "I"), entry, 48 if wide else 28)[0]


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        small = [align for align in alignments(sys.argv[1]) if align < PAGE]
    except (OSError, ValueError, struct.error) as error:
        print(f"{sys.argv[1]}: {error}", file=sys.stderr)
        return 1
    if small:
        print(f"{sys.argv[1]}: segments aligned to {small} bytes; phones with pages of 16 KB need {PAGE}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
