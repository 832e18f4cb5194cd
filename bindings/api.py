#!/usr/bin/env python3
"""The public API of the generated Kotlin and Swift, as a text that a reviewer reads.

    bindings/api.py --write     says whether bindings/api/{kotlin,swift}.txt is up to date
    bindings/api.py --check     the same, and fails if it is not
    bindings/api.py --accept    writes it

What only the generated code itself needs (converters, pointers, the C functions) is left out.
"""

import difflib
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
GENERATED = HERE / "generated"


def body(lines, start):
    """The lines of a declaration from `start` to its closing brace."""
    depth, taken = 0, []
    for line in lines[start:]:
        taken.append(line)
        depth += line.count("{") - line.count("}")
        if depth <= 0 and ("{" in "".join(taken) or not line.rstrip().endswith(("(", ","))):
            break
    return taken


def signature(text):
    return re.sub(r"\s+", " ", text).strip()


def kotlin():
    source = next((GENERATED / "kotlin").rglob("*.kt")).read_text()
    found = []
    # Records: `data class X ( val a: T , … )`.
    for name, fields in re.findall(r"^data class (\w+) ?\((.*?)^\)", source, re.M | re.S):
        plain = re.sub(r"/\*\*.*?\*/", "", fields, flags=re.S)
        members = [signature(member).rstrip(",").strip() for member in re.findall(r"va[lr][^\n]*?:[^\n]*", plain)]
        found.append(f"data class {name}(" + "".join(f"\n    {member.rstrip(' ,')}," for member in members) + "\n)")
    # Plain enums.
    for name, cases in re.findall(r"^enum class (\w+)(?:\([^)]*\))? \{(.*?)^\}", source, re.M | re.S):
        if name.startswith(("Uniffi", "Ffi")):
            continue
        plain = re.sub(r"/\*\*.*?\*/|companion object.*", "", cases, flags=re.S)
        names = re.findall(r"^\s*([A-Z][A-Z0-9_]*)", plain, re.M)
        found.append(f"enum class {name} {{ {', '.join(names)} }}")
    # Enums with fields, and the errors.
    for name, cases in re.findall(r"^sealed class (\w+)[^{\n]*\{(.*?)^\}", source, re.M | re.S):
        plain = re.sub(r"/\*\*.*?\*/", "", cases, flags=re.S)
        kinds = []
        for kind, fields in re.findall(r"(?:data )?class (\w+) ?\((.*?)\) : ", plain, re.S):
            members = [signature(member).rstrip(" ,") for member in re.findall(r"va[lr] [^\n]*", fields)]
            kinds.append(f"    {kind}({', '.join(members)})")
        found.append(f"sealed class {name} {{\n" + "\n".join(kinds) + "\n}")
    # The object, the foreign trait, and functions.
    for name, members in re.findall(r"^public interface (\w+) \{(.*?)^\}", source, re.M | re.S):
        plain = re.sub(r"/\*\*.*?\*/|companion object.*", "", members, flags=re.S)
        functions = [signature(line) for line in re.findall(r"^\s*(?:suspend )?(?:`?fun`?|fun) [^\n]*", plain, re.M)]
        functions = [re.sub(r"\s*:\s*", ": ", function.replace("`", "")) for function in functions]
        found.append(f"interface {name} {{" + "".join(f"\n    {function}" for function in functions) + "\n}")
    for line in re.findall(r"^ *(?:@Throws\([^)]*\) )?fun `\w+`\([^\n]*(?=\{|=)", source, re.M):
        if line.startswith("fun"):
            found.append(signature(line.replace("`", "")))
    return "\n\n".join(sorted(set(found))) + "\n"


def swift():
    source = (GENERATED / "swift/HadirCore.swift").read_text()
    source = re.sub(r"/\*\*.*?\*/", "", source, flags=re.S)
    lines, found, at = source.splitlines(), [], 0
    while at < len(lines):
        line = lines[at]
        match = re.match(r"(public (?:struct|enum|protocol|indirect enum)|open class|public func) (\w+)", line)
        if not match or re.match(r"(FfiConverter|Uniffi|uniffi)", match.group(2)):
            at += 1
            continue
        taken = body(lines, at)
        at += len(taken)
        if match.group(1) == "public func":
            found.append(signature(taken[0].split("{")[0]))
            continue
        keep = []
        for inner in taken[1:]:
            text = signature(inner)
            if re.match(r"(public let|case |(open|public convenience|public) (func|init)|func \w+\()", text) and not re.search(
                r"unsafeFromHandle|noHandle|uniffi", text
            ):
                if match.group(1) == "public struct" and text.startswith("public init"):
                    continue
                keep.append("    " + text.split(" {")[0].rstrip("{").rstrip())
        found.append(signature(line.split("{")[0]) + " {\n" + "\n".join(keep) + "\n}")
    return "\n\n".join(sorted(found)) + "\n"


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else "--write"
    stale = False
    for language, text in (("kotlin", kotlin()), ("swift", swift())):
        kept = HERE / "api" / f"{language}.txt"
        before = kept.read_text() if kept.exists() else ""
        if before == text:
            continue
        if mode == "--accept":
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(text)
            print(f"taken as reviewed: bindings/api/{language}.txt; commit it")
            continue
        stale = True
        change = difflib.unified_diff(before.splitlines(), text.splitlines(), "reviewed", "now", lineterm="", n=1)
        print(f"The public API in {language.capitalize()} is not the reviewed one:")
        print("\n".join(list(change)[:80]))
    if stale:
        print("Read the change, then: bindings/generate --accept")
    return 1 if stale and mode == "--check" else 0


if __name__ == "__main__":
    sys.exit(main())
