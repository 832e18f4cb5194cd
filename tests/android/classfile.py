"""What a Java class file says of itself: its name, what is above it, its members, and the members that it names."""

import struct

# Bytes of each kind of constant, with its tag (JVM specification, 4.4).
SIZES = {3: 5, 4: 5, 5: 9, 6: 9, 7: 3, 8: 3, 9: 5, 10: 5, 11: 5, 12: 5, 15: 4, 16: 3, 17: 5, 18: 5, 19: 3, 20: 3}
UTF8, LONG, DOUBLE, CLASS, FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE = 1, 5, 6, 7, 9, 10, 11, 12


class ClassFile:
    """One class: `name`, `above` (superclass and interfaces), `members`, and `references` to members of others."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pool: dict[int, object] = {}
        at = self._constants()
        _, this, superclass, interfaces = struct.unpack_from(">HHHH", data, at)
        at += 8
        self.name = self._class(this)
        self.above = [self._class(superclass)] if superclass else []
        for _ in range(interfaces):
            self.above.append(self._class(struct.unpack_from(">H", data, at)[0]))
            at += 2
        #: Names with descriptors.
        self.members: set[tuple[str, str]] = set()
        for _ in range(2):  # fields, then methods
            at = self._members(at)
        #: (owner, (name, descriptor), whether it is a field); arrays name no class of their own.
        self.references = [
            (self._class(entry[1]), self._name_and_type(entry[2]), entry[0] == FIELD)
            for entry in self.pool.values()
            if isinstance(entry, tuple) and entry[0] in (FIELD, METHOD, INTERFACE_METHOD) and not self._class(entry[1]).startswith("[")
        ]

    def _constants(self) -> int:
        count = struct.unpack_from(">H", self.data, 8)[0]
        at, index = 10, 1
        while index < count:
            tag = self.data[at]
            if tag == UTF8:
                length = struct.unpack_from(">H", self.data, at + 1)[0]
                self.pool[index] = self.data[at + 3 : at + 3 + length].decode("utf-8", "replace")
                at += 3 + length
            else:
                if tag == CLASS:
                    self.pool[index] = struct.unpack_from(">H", self.data, at + 1)[0]
                elif tag in (FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE):
                    self.pool[index] = (tag, *struct.unpack_from(">HH", self.data, at + 1))
                at += SIZES[tag]
            index += 2 if tag in (LONG, DOUBLE) else 1
        return at

    def _members(self, at: int) -> int:
        count = struct.unpack_from(">H", self.data, at)[0]
        at += 2
        for _ in range(count):
            _, name, descriptor, attributes = struct.unpack_from(">HHHH", self.data, at)
            self.members.add((self.pool[name], self.pool[descriptor]))
            at += 8
            for _ in range(attributes):
                at += 6 + struct.unpack_from(">I", self.data, at + 2)[0]
        return at

    def _class(self, index: int) -> str:
        return self.pool[self.pool[index]]

    def _name_and_type(self, index: int) -> tuple[str, str]:
        _, name, descriptor = self.pool[index]
        return self.pool[name], self.pool[descriptor]
