"""Checks what no compiler does: sizes of files, links in documents, text that must not be committed."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 1_000_000
# Most files stay under 400; above this one a file has more than one reason.
MAX_LINES = 500
# Cases stand one after another; splitting them tells nobody more.
MAX_TEST_LINES = 700
CODE = {".rs", ".py", ".sh", ".js", ".css", ".kt", ".swift"}
# Made, not written: their length says nothing.
MADE = {"Cargo.lock", "tests/vectors/vectors.json", "tests/vectors/journal.json", "tests/requirements.txt"}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [Path(name) for name in names.split("\0") if name and (ROOT / name).is_file()]


def anchors(text: str) -> set[str]:
    """The anchors that a Markdown viewer makes of headings, and explicit ones."""
    found = set(re.findall(r'<a (?:id|name)="([^"]+)"', text))
    for heading in re.findall(r"^#{1,6} +(.+?)\s*$", text, re.M):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def links(path: Path, text: str, files: set[Path]) -> list[str]:
    faults = []
    text_without_code = re.sub(r"```.*?```", "", text, flags=re.S)
    text_without_code = re.sub(r"^    .*$|`[^`\n]*`", "", text_without_code, flags=re.M)
    for target in re.findall(r"\]\(([^)\s]+)[^)]*\)", text_without_code) + re.findall(r'(?:src|href)="([^"]+)"', text_without_code):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = Path(path) if not name else Path((ROOT / path.parent / name).resolve()).relative_to(ROOT)
        if file not in files and not (ROOT / file).is_dir():
            faults.append(f"{path}: the link {target} leads nowhere")
        elif anchor and file.suffix == ".md" and anchor not in anchors((ROOT / file).read_text()):
            faults.append(f"{path}: {file} has no heading for #{anchor}")
    return faults


def main() -> int:
    files = tracked()
    faults = []
    for path in files:
        size = (ROOT / path).stat().st_size
        if size > MAX_BYTES:
            faults.append(f"{path}: {size} bytes; nothing in this repository needs more than {MAX_BYTES}")
        if str(path) in MADE:
            continue
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue
        # Unit tests at a file's end do not count: they stand where what they test stands.
        lines = text.split("\n#[cfg(test)]\nmod tests {")[0].count("\n")
        most = MAX_TEST_LINES if "tests" in path.stem or "tests" in path.parts or path.stem == "conformance" else MAX_LINES
        if path.suffix in CODE and lines > most:
            faults.append(f"{path}: {lines} lines; split it (at most {most})")
        if text and not text.endswith("\n"):
            faults.append(f"{path}: no line end at its end")
        if re.search(r"^(<{7}|>{7}) ", text, re.M):
            faults.append(f"{path}: an unresolved merge")
        if path.suffix == ".md":
            faults += links(path, text, set(files))
    for fault in faults:
        print(fault)
    if not faults:
        print(f"{len(files)} files looked at")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
