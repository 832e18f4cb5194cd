"""Runs the product's binary: HADIR_BIN, or what cargo built last."""

import json
import os
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def path() -> Path:
    """The binary. It must exist: a test that can't find it fails."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    binary = Path(os.environ.get("HADIR_BIN", target / "debug" / "hadir"))
    if not binary.exists():
        raise FileNotFoundError(f"{binary}: build it with `cargo build -p hadir`")
    return binary


def run(*arguments, expect: int | None = 0, text: str | None = None) -> subprocess.CompletedProcess:
    """Runs `hadir ARGUMENTS`; fails when it ends with another code than `expect` (None: any)."""
    done = subprocess.run([str(path()), *map(str, arguments)], capture_output=True, text=True, input=text, timeout=900, check=False)
    if expect is not None and done.returncode != expect:
        raise AssertionError(f"hadir {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def run_json(*arguments, expect: int | None = 0) -> dict:
    """Runs `hadir --json ARGUMENTS` and reads its one object."""
    return json.loads(run("--json", *arguments, expect=expect).stdout)
