"""What people read out and type (protocol §5.2, §5.7, §8), and the plain questions that go with it."""

from primitives import crockford, unb64

# 50 and 30 bits; their letters have those that look like others.
TYPED_BITS = 0x20f967bba141
HELP_BITS = 0x9a0067f


def codes(record_hash: str) -> dict:
    """A typed code, a help code and the proof's code of a record: the letters, how they are shown, how people type them."""
    typed, number = crockford(TYPED_BITS, 10), crockford(HELP_BITS, 6)
    proof = crockford(int.from_bytes(unb64(record_hash)[:8], "big") >> 14, 10)
    return {
        "typed": {"bits": TYPED_BITS, "letters": typed, "shown": grouped(typed), "typed_as": as_typed(typed),
                  "refused": ["", typed[1:], typed + "0", "U" + typed[1:], grouped(typed).replace("-", "_")]},
        "help": {"bits": HELP_BITS, "letters": number, "shown": number, "typed_as": as_typed(number),
                 "refused": ["", number[1:], number + "0", "U" + number[1:]]},
        "proof": {"hash": record_hash, "letters": proof, "shown": grouped(proof), "typed_as": as_typed(proof),
                  "refused": ["", proof[1:], proof + "0", "U" + proof[1:]]},
    }


def grouped(letters: str) -> str:
    return f"{letters[:5]}-{letters[5:]}"


def as_typed(letters: str) -> list[str]:
    alike = letters.replace("0", "o").replace("1", "L")
    return [letters, letters.lower(), grouped(letters), " ".join(letters), f"\n{alike[:3]} - {alike[3:]}\t", alike.replace("L", "i")]


def questions(invite: dict, last_sync_ms: int) -> dict:
    """Bodies that are plain JSON: an invite asked for by its code, whose it is, a help report."""
    return {
        "invite": {"v": 1, "code": crockford(TYPED_BITS, 10)},
        "look": {"v": 1, "invite": invite["code"], "root": invite["root"]},
        "help": {
            "v": 1,
            "phone": {"model": "Contoh A1", "os": "Android 10", "location": "limited", "location_on": True, "background": "denied",
                      "notifications": "denied_for_ever", "exact_alarms": "not_asked", "battery": "saver_on"},
            "app": "hadir-android/0.1.0", "last_sync_ms": last_sync_ms, "pending": 3, "parked": 1, "clock_off_ms": -3_000_000,
        },
        "help_of_one_that_says_little": {
            "v": 1,
            "phone": {"model": "", "os": "", "location": "unknown", "location_on": None, "background": "unknown",
                      "notifications": "granted", "exact_alarms": "unknown", "battery": "unknown"},
            "app": "", "last_sync_ms": None, "pending": 0, "parked": 0, "clock_off_ms": None,
        },
    }
