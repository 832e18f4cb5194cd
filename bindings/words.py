#!/usr/bin/env python3
"""One table of words for both shells: bindings/words.toml becomes Android's strings.xml and Apple's string catalogue.

    bindings/words.py            writes them
    bindings/words.py --check    fails unless what lies there is what the table says

A text may hold `{name}`: Android gets `%1$s`, Apple `%1$@`, numbered by their order in the Indonesian text. Both languages must
hold the same ones. A word that one shell alone needs says so: `on = "android"`, `on = "ios"`. `usage.*` texts are what iOS says when it asks for a permission: they go to InfoPlist.xcstrings.
"""

import json
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "bindings/words.toml"
RES = ROOT / "android/app/src/main/res"
APPLE = ROOT / "ios/HadirApp/Resources"
LANGUAGES = ("id", "en")
SHELLS = ("android", "ios")
# Indonesian is what every phone gets that speaks neither; Android knows it by its old name too.
FOLDERS = {"id": ("values",), "en": ("values-en",)}
HOLE = re.compile(r"\{([a-z]+)\}")


class Fault(Exception):
    pass


def table():
    """{key: {"id": text, "en": text}}, and "on" where it is for one shell alone; checked."""
    found = {}
    for screen, words in tomllib.loads(TABLE.read_text()).items():
        for name, texts in words.items():
            key = f"{screen}_{name}"
            if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
                raise Fault(f"{key}: use a-z, 0-9 and _")
            if set(texts) - {"on"} != set(LANGUAGES) or not all(text.strip() for text in texts.values()):
                raise Fault(f"{key}: needs id and en")
            if texts.get("on", SHELLS[0]) not in SHELLS:
                raise Fault(f"{key}: there is no shell {texts['on']!r}")
            holes = {language: sorted(HOLE.findall(texts[language])) for language in LANGUAGES}
            if holes["id"] != holes["en"]:
                raise Fault(f"{key}: the languages hold different names: {holes}")
            found[key] = texts
    return found


def of(words, shell):
    return {key: texts for key, texts in words.items() if texts.get("on", shell) == shell}


def numbered(texts, language, form):
    order = {name: place for place, name in enumerate(dict.fromkeys(HOLE.findall(texts["id"])), 1)}
    text = texts[language].replace("%", "%%") if order else texts[language]
    return HOLE.sub(lambda hole: form.format(order[hole[1]]), text)


def android(words, language):
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!-- Made from bindings/words.toml by bindings/words.py. -->", "<resources>"]
    for key, texts in words.items():
        if key.startswith("usage_"):
            continue
        text = numbered(texts, language, "%{}$s")
        for plain, escaped in (("\\", "\\\\"), ("&", "&amp;"), ("<", "&lt;"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n")):
            text = text.replace(plain, escaped)
        if text[0] in "@?":
            text = "\\" + text
        lines.append(f'    <string name="{key}">{text}</string>')
    return "\n".join([*lines, "</resources>", ""])


def apple(words, usage):
    strings = {}
    for key, texts in sorted(words.items()):
        if key.startswith("usage_") != usage:
            continue
        unit = {
            language: {"stringUnit": {"state": "translated", "value": numbered(texts, language, "%{}$@")}}
            for language in LANGUAGES
        }
        name = key.removeprefix("usage_") if usage else key
        strings[USAGE.get(name, name) if usage else name] = {"extractionState": "manual", "localizations": unit}
    return json.dumps({"sourceLanguage": "id", "strings": strings, "version": "1.0"}, ensure_ascii=False, indent=2) + "\n"


USAGE = {
    "app_name": "CFBundleDisplayName",
    "location": "NSLocationWhenInUseUsageDescription",
    "location_always": "NSLocationAlwaysAndWhenInUseUsageDescription",
    # A purpose of NSLocationTemporaryUsageDescriptionDictionary, by its own name.
    "precise": "CheckIn",
    "face": "NSFaceIDUsageDescription",
    "camera": "NSCameraUsageDescription",
}


def files(words):
    for language in LANGUAGES:
        for folder in FOLDERS[language]:
            yield RES / folder / "strings.xml", android(of(words, "android"), language)
    yield APPLE / "Localizable.xcstrings", apple(of(words, "ios"), usage=False)
    yield APPLE / "InfoPlist.xcstrings", apple(of(words, "ios"), usage=True)


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        words = table()
    except (Fault, tomllib.TOMLDecodeError) as fault:
        print(f"bindings/words.toml: {fault}", file=sys.stderr)
        return 1
    stale = []
    for path, text in files(words):
        if path.exists() and path.read_text() == text:
            continue
        if check:
            stale.append(str(path.relative_to(ROOT)))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale:
        print("not what bindings/words.toml says: " + ", ".join(stale) + "; run bindings/words.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
