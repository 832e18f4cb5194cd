#!/usr/bin/env python3
"""Makes a signed debug APK that holds everything but the phone's own Rust library, which needs the NDK.

usage: apk.py ANDROID_DIR TARGET_DIR TOOLS_DIR FRAMEWORK_JAR KOTLIN_STDLIB_JAR ANNOTATIONS_JAR SIGN_JAVA

R8 shrinks with the rules that ship (sdk's consumer-rules.pro, app's proguard-rules.pro, what aapt2 says of the manifest).
Libraries from bindings/generated/jniLibs go in when they are there.
"""

import os
import secrets
import shutil
import struct
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ABIS = ("arm64-v8a", "armeabi-v7a", "x86_64")
PAGE = 16 * 1024
# The goal for everything but libhadir_bindings.so.
MOST_BYTES = 4_000_000


def least_alignment(elf: bytes) -> int:
    """The smallest alignment of the LOAD segments: 16 KB pages need 16,384 (64-bit ABIs alone have such pages)."""
    wide = elf[4] == 2
    offset, size, count = (
        (struct.unpack_from("<Q", elf, 32)[0], *struct.unpack_from("<HH", elf, 54))
        if wide
        else (struct.unpack_from("<I", elf, 28)[0], *struct.unpack_from("<HH", elf, 42))
    )
    found = []
    for at in range(offset, offset + size * count, size):
        if struct.unpack_from("<I", elf, at)[0] == 1:
            found.append(struct.unpack_from("<Q", elf, at + 48)[0] if wide else struct.unpack_from("<I", elf, at + 28)[0])
    return min(found)


def jdk() -> Path:
    """Where the language's own library is: android-all has the framework alone."""
    settings = subprocess.run(["java", "-XshowSettings:properties", "-version"], check=True, capture_output=True, text=True).stderr
    return Path(next(line.partition("=")[2].strip() for line in settings.splitlines() if line.strip().startswith("java.home")))


def shrink(android: Path, target: Path, tools: Path, framework: Path, kotlin: list[Path], out: Path, min_sdk: str) -> None:
    with zipfile.ZipFile(tools / "jna.aar") as aar:
        aar.extract("classes.jar", out)
        for abi in ABIS:
            aar.extract(f"jni/{abi}/libjnidispatch.so", out)
    rules = [android / "sdk/consumer-rules.pro", android / "app/proguard-rules.pro", target / "hadir-app/res/rules.pro"]
    command = ["java", "-Xmx1g", "-cp", tools / "r8.jar", "com.android.tools.r8.R8", "--release", "--min-api", min_sdk]
    command += ["--lib", framework, "--lib", jdk(), "--output", out / "dex", "--pg-map-output", out / "mapping.txt"]
    for rule in rules:
        command += ["--pg-conf", rule]
    command += [target / f"hadir-{name}/hadir-{name}-0.1.0.jar" for name in ("app", "sdk", "bindings")]
    command += [*kotlin, out / "classes.jar"]
    (out / "dex").mkdir()
    subprocess.run(command, check=True)


def pack(android: Path, target: Path, out: Path) -> list[str]:
    """Puts the parts together, libraries and table of resources uncompressed. Returns the names of Rust libraries."""
    rust = []
    with zipfile.ZipFile(out / "unsigned.apk", "w") as apk:
        with zipfile.ZipFile(target / "hadir-app/res/resources.apk") as resources:
            for entry in resources.infolist():
                apk.writestr(entry, resources.read(entry), entry.compress_type)
        for dex in sorted((out / "dex").glob("*.dex")):
            apk.write(dex, dex.name, zipfile.ZIP_DEFLATED, 9)
        for abi in ABIS:
            apk.write(out / f"jni/{abi}/libjnidispatch.so", f"lib/{abi}/libjnidispatch.so", zipfile.ZIP_STORED)
            library = android.parent / f"bindings/generated/jniLibs/{abi}/libhadir_bindings.so"
            if library.exists():
                apk.write(library, f"lib/{abi}/{library.name}", zipfile.ZIP_STORED)
                rust.append(abi)
    return rust


def main() -> int:
    android, target, tools, framework, stdlib, annotations, sign = (Path(path) for path in sys.argv[1:])
    versions = tomllib.loads((android / "gradle/libs.versions.toml").read_text())["versions"]
    out = target / "apk"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shrink(android, target, tools, framework, [stdlib, annotations], out, versions["minSdk"])
    rust = pack(android, target, out)

    # A key for this APK alone: whoever releases has another.
    password = secrets.token_hex(16)
    keytool = ["keytool", "-genkeypair", "-keystore", out / "debug.p12", "-storetype", "PKCS12", "-storepass", password]
    subprocess.run([*keytool, "-alias", "debug", "-keyalg", "EC", "-dname", "CN=debug", "-validity", "1"], check=True, capture_output=True)
    signed = out / "hadir-debug.apk"
    command = ["java", "-cp", tools / "apksig.jar", sign, out / "debug.p12", password, out / "unsigned.apk", signed, versions["minSdk"]]
    subprocess.run(command, check=True)
    os.remove(out / "debug.p12")

    faults = []
    with zipfile.ZipFile(signed) as apk:
        by_kind: dict[str, int] = {}
        for entry in apk.infolist():
            kind = entry.filename.split("/")[0] if "/" in entry.filename else entry.filename
            by_kind[kind] = by_kind.get(kind, 0) + entry.compress_size
            if entry.filename.endswith(".so") and "/armeabi" not in entry.filename:
                alignment = least_alignment(apk.read(entry))
                if alignment < PAGE:
                    faults.append(f"{entry.filename}: segments aligned to {alignment}, pages of 16 KB need {PAGE}")
        ours = sum(e.compress_size for e in apk.infolist() if e.filename.endswith("libhadir_bindings.so"))
    size = signed.stat().st_size - ours
    for kind, size_of in sorted(by_kind.items(), key=lambda pair: -pair[1]):
        print(f"{size_of:>10,}  {kind}")
    print(f"{size:>10,} bytes without libhadir_bindings.so (in it for: {', '.join(rust) or 'no ABI'}): {signed}")
    if size > MOST_BYTES:
        faults.append(f"{size} bytes, at most {MOST_BYTES} before the Rust library")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
