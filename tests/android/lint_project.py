#!/usr/bin/env python3
"""Writes what Android lint calls a project description: lint_project.py ANDROID TARGET FRAMEWORK_JAR STDLIB_JAR."""

import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr


def main() -> int:
    android, target, framework, stdlib = (Path(path).resolve() for path in sys.argv[1:])
    print(f"<project>\n  <root dir={quoteattr(str(android))} />\n  <sdk dir={quoteattr(str(target / 'lint/sdk'))} />")
    for name in ("sdk", "app"):
        module = android / name
        print(f'  <module name="{name}" android="true" library="{str(name == "sdk").lower()}" compile-sdk-version="android-35">')
        # The merged one: versions and minSdk stand in the build files.
        print(f"    <manifest file={quoteattr(str(target / f'hadir-{name}/res/AndroidManifest.xml'))} />")
        if (module / "src/main/res").is_dir():
            # A directory: named file by file, missing translations stay unsaid.
            print(f"    <resource file={quoteattr(str(module / 'src/main/res'))} />")
        # The other way round: a directory of sources is silently not looked at.
        for folder in (module / "src/main/kotlin", target / f"hadir-{name}/generated-sources/r"):
            for source in sorted(path for path in folder.rglob("*") if path.is_file()):
                print(f"    <src file={quoteattr(str(source))} />")
        jars = [target / "hadir-bindings/hadir-bindings-0.1.0.jar", framework, stdlib]
        if name == "app":
            print('    <dep module="sdk" />')
            jars.insert(0, target / "hadir-sdk/hadir-sdk-0.1.0.jar")
        for jar in jars:
            print(f"    <classpath file={quoteattr(str(jar))} />")
        print("  </module>")
    print("</project>")
    return 0


if __name__ == "__main__":
    sys.exit(main())
