"""The shells stay thin: what belongs in the core is not in android/ or ios/.

Each rule names what it looks for, why it belongs in the core, and where it may stand all the same, with the reason. A rule that finds
nothing of its own example is broken, so every rule carries one.
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KOTLIN = sorted(path for module in ("sdk", "app") for path in (ROOT / "android" / module / "src/main").rglob("*.kt"))
SWIFT = sorted(
    path
    for folder in ("ios/HadirKit/Sources/HadirKit", "ios/HadirApp")
    for path in (ROOT / folder).rglob("*.swift")
)

# name: (what is looked for, an example that must be found, {file name: why it may})
KOTLIN_RULES = {
    "network": (
        r"\bjava\.net\.(?!URI\b)|\bHttpURLConnection\b|\bokhttp|\bjavax\.net\b|\bandroid\.net\.http\b|\bSocket\(|\bWebView\b",
        "import java.net.HttpURLConnection",
        {},
    ),
    "JSON": (r"\borg\.json\b|\bJSON(Object|Array)\b|\bkotlinx\.serialization\b|\bgson\b|\bJsonReader\b", "import org.json.JSONObject", {}),
    "cryptography": (
        r"\bjavax\.crypto\b|\bjava\.security\b|\bMessageDigest\b|\bSecureRandom\b|\bandroid\.security\.keystore\b",
        "import java.security.MessageDigest",
        {"KeystoreVault.kt": "wraps the store's secret by the platform's key store"},
    ),
    "date arithmetic": (
        r"\bjava\.time\b|\bjava\.util\.(Date|Calendar|TimeZone|GregorianCalendar)\b|\bSimpleDateFormat\b|\bandroid\.icu\.(text|util)\b|\bDateUtils\b|\bDateFormat\b",
        "import java.time.LocalDate",
        {},
    ),
    "a second store": (
        r"\bSQLite|\bRoomDatabase\b|\bandroidx\.(room|datastore|work)\b",
        "import android.database.sqlite.SQLiteDatabase",
        {},
    ),
    "Google's services": (r"\bcom\.google\.(android\.gms|firebase)\b", "import com.google.android.gms.location.LocationServices", {}),
}
SWIFT_RULES = {
    "network": (r"\bURLSession\b|\bURLRequest\b|\bNW(Connection|Listener|Endpoint)\b|\bCFSocket", "URLSession.shared", {}),
    "JSON": (r"\bJSON(Decoder|Encoder|Serialization)\b|: Codable\b|\bPropertyList(De|En)coder\b", "JSONDecoder()", {}),
    "cryptography": (
        r"^import (CryptoKit|CommonCrypto|Crypto|Security)\b|\bSecKey|\bSecRandom|\bSHA256\b|\bInsecure\.",
        "import CryptoKit",
        {"KeychainVault.swift": "wraps the store's secret by the platform's key store"},
    ),
    "date arithmetic": (
        r"\bCalendar(\.current|\(identifier)|\bDateFormatter\b|\bISO8601DateFormatter\b|\.addingTimeInterval\(|\.timeIntervalSince\(|\bDate\.FormatStyle\b",
        "DateFormatter()",
        {"Notifications.swift": "a calendar trigger says of which calendar its numbers are"},
    ),
    "a second store": (r"^import (CoreData|SwiftData|SQLite3?)\b", "import CoreData", {}),
}


def code_of(text):
    """A source without its comments; what they say is not done."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"(?m)^\s*//.*$|(?<=\s)//.*$", "", text)


def broken(files, rules):
    found = []
    for path in files:
        code = code_of(path.read_text())
        for name, (pattern, _, allowed) in rules.items():
            if path.name in allowed:
                continue
            for match in re.finditer(pattern, code, re.M):
                line = code[: match.start()].count("\n") + 1
                found.append(f"{path.relative_to(ROOT)}:{line}: {name} belongs in the core: {match.group(0).strip()}")
    return found


class Shells(unittest.TestCase):
    def test_both_shells_say_what_the_one_table_says(self):
        done = subprocess.run([sys.executable, ROOT / "bindings/words.py", "--check"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_there_is_something_to_look_at(self):
        self.assertTrue(KOTLIN and SWIFT)

    def test_every_rule_finds_its_own_example(self):
        for rules in (KOTLIN_RULES, SWIFT_RULES):
            for name, (pattern, example, _) in rules.items():
                self.assertRegex(code_of(example), re.compile(pattern, re.M), name)

    def test_every_exception_is_still_needed(self):
        for files, rules in ((KOTLIN, KOTLIN_RULES), (SWIFT, SWIFT_RULES)):
            for name, (pattern, _, allowed) in rules.items():
                for file in allowed:
                    of_file = [path for path in files if path.name == file]
                    uses = any(re.search(pattern, code_of(path.read_text()), re.M) for path in of_file)
                    self.assertTrue(uses or not of_file, (name, file))

    def test_no_kotlin_does_what_belongs_in_the_core(self):
        self.assertEqual(broken(KOTLIN, KOTLIN_RULES), [])

    def test_no_swift_does_what_belongs_in_the_core(self):
        self.assertEqual(broken(SWIFT, SWIFT_RULES), [])
