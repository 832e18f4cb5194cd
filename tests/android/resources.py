#!/usr/bin/env python3
"""Merges the manifests and links the resources of android/sdk or android/app, as Gradle's plugin would.

usage: resources.py sdk|app ANDROID_DIR OUTPUT_DIR AAPT2 FRAMEWORK_JAR

Writes R.java, resources.apk, the merged manifest, and the file by which Robolectric finds them. What it does not
understand of a manifest it refuses, so that nothing is merged here in another way than on a developer's machine.
"""

import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

ANDROID = "http://schemas.android.com/apk/res/android"
TOOLS = "http://schemas.android.com/tools"
NAME = f"{{{ANDROID}}}name"
CLASSES = {"application", "activity", "activity-alias", "service", "receiver", "provider"}
CLASS_ATTRIBUTES = {NAME, f"{{{ANDROID}}}targetActivity", f"{{{ANDROID}}}parentActivityName", f"{{{ANDROID}}}backupAgent"}
# Hints for lint alone. Any other tools: attribute steers Google's merger.
HARMLESS_TOOLS = {"ignore", "targetApi"}
PACKAGES = {"sdk": "id.hadir.sdk", "app": "id.hadir.app"}


class Refused(Exception):
    """A manifest says something that only Google's merger understands."""


def read(path: Path, package: str, application: str) -> ET.Element:
    """Reads one manifest: full class names, no placeholders, no hints for tools."""
    root = ET.fromstring(path.read_text().replace("${applicationId}", application))
    for attribute in ("package", f"{{{ANDROID}}}versionCode", f"{{{ANDROID}}}versionName"):
        if attribute in root.attrib:
            raise Refused(f"{path}: {attribute} belongs into the build files")
    if root.find("uses-sdk") is not None:
        raise Refused(f"{path}: uses-sdk belongs into the build files")
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key.startswith(f"{{{TOOLS}}}"):
                if key.partition("}")[2] not in HARMLESS_TOOLS:
                    raise Refused(f"{path}: {key.replace(f'{{{TOOLS}}}', 'tools:')} is not understood here")
                del element.attrib[key]
            elif "${" in value:
                raise Refused(f"{path}: the placeholder in {value} is not understood here")
            elif element.tag in CLASSES and key in CLASS_ATTRIBUTES and value.startswith("."):
                element.set(key, package + value)
    return root


def same(a: ET.Element, b: ET.Element) -> bool:
    return a.attrib == b.attrib and [c.tag for c in a] == [c.tag for c in b] and all(map(same, a, b))


def add(into: ET.Element, element: ET.Element, path: Path) -> None:
    """Adds one element of the library's manifest, unless the same one stands there."""
    for other in into.findall(element.tag):
        if other.get(NAME) == element.get(NAME):
            if not same(other, element):
                raise Refused(f"{path}: {element.tag} {element.get(NAME)} stands in both manifests and differs")
            return
    # As Google's merger does: what the app asks for stands before its application.
    application = into.find("application")
    into.insert(len(into) if application is None else list(into).index(application), element)


def merge(into: ET.Element, library: ET.Element, path: Path) -> None:
    for element in library:
        if element.tag != "application":
            add(into, element, path)
            continue
        if element.attrib:
            raise Refused(f"{path}: attributes of application belong into the app's manifest")
        application = into.find("application")
        for part in element:
            add(application, part, path)


def merged_manifest(module: str, android: Path, versions: dict) -> ET.Element:
    package = PACKAGES[module]
    root = read(android / module / "src/main/AndroidManifest.xml", package, package)
    if module == "app":
        path = android / "sdk/src/main/AndroidManifest.xml"
        merge(root, read(path, PACKAGES["sdk"], package), path)
    root.set("package", package)
    root.set(f"{{{ANDROID}}}versionCode", versions["versionCode"])
    root.set(f"{{{ANDROID}}}versionName", versions["versionName"])
    sdk = ET.Element("uses-sdk")
    sdk.set(f"{{{ANDROID}}}minSdkVersion", versions["minSdk"])
    sdk.set(f"{{{ANDROID}}}targetSdkVersion", versions["targetSdk"])
    root.insert(0, sdk)
    return root


def write_when_changed(path: Path, text: str) -> None:
    """An untouched file keeps its time, and what was compiled from it stays."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def link(module: str, android: Path, out: Path, aapt2: Path, framework: Path) -> None:
    versions = tomllib.loads((android / "gradle/libs.versions.toml").read_text())["versions"]
    ET.register_namespace("android", ANDROID)
    manifest = out / "res/AndroidManifest.xml"
    root = merged_manifest(module, android, versions)
    ET.indent(root)
    write_when_changed(manifest, ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n")

    aapt2.chmod(0o755)
    compiled = []
    for name in ["sdk", "app"] if module == "app" else ["sdk"]:
        if (android / name / "src/main/res").is_dir():
            compiled.append(out / f"res/{name}.zip")
            subprocess.run([aapt2, "compile", "--dir", android / name / "src/main/res", "-o", compiled[-1]], check=True)
    command = [aapt2, "link", "-I", framework, "--manifest", manifest, "--auto-add-overlay", "--non-final-ids"]
    command += ["--java", out / "generated-sources/r", "-o", out / "res/resources.apk", "--proguard", out / "res/rules.pro"]
    # The app's own resources win over the library's, as in Gradle.
    command += compiled[:1] + [part for path in compiled[1:] for part in ("-R", path)]
    if module == "app":
        command += ["--extra-packages", PACKAGES["sdk"]]
    assets = android / module / "src/main/assets"
    if assets.is_dir():
        command += ["-A", assets]
    else:
        assets = out / "assets"
        assets.mkdir(parents=True, exist_ok=True)
    (out / "generated-sources/r").mkdir(parents=True, exist_ok=True)
    subprocess.run(command, check=True)
    write_when_changed(
        out / "test-classes/com/android/tools/test_config.properties",
        f"android_merged_manifest={manifest}\n"
        f"android_resource_apk={out / 'res/resources.apk'}\n"
        f"android_merged_assets={assets}\n"
        f"android_custom_package={PACKAGES[module]}\n",
    )


def main() -> int:
    module, *paths = sys.argv[1:]
    try:
        link(module, *(Path(path).resolve() for path in paths))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
