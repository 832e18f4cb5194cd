"""The tools of this folder and the counting of tests/run, on small inputs."""

import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import phone_counts  # noqa: E402
import resources  # noqa: E402

NAMESPACES = 'xmlns:android="http://schemas.android.com/apk/res/android" xmlns:tools="http://schemas.android.com/tools"'
NAME = resources.NAME
VERSIONS = {"versionCode": "7", "versionName": "1.2", "minSdk": "26", "targetSdk": "36"}


class Manifests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.android = Path(folder.name)

    def merged(self, sdk, app):
        for name, body in (("sdk", sdk), ("app", app)):
            path = self.android / name / "src/main/AndroidManifest.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"<manifest {NAMESPACES}>{body}</manifest>")
        return resources.merged_manifest("app", self.android, VERSIONS)

    def test_the_librarys_parts_come_in_with_full_names(self):
        root = self.merged(
            '<uses-permission android:name="p" /><application><service android:name=".Sync" /></application>',
            '<application android:name=".App"><activity android:name=".Home" tools:ignore="X" /></application>',
        )
        application = root.find("application")
        self.assertEqual("id.hadir.app", root.get("package"))
        self.assertEqual("id.hadir.app.App", application.get(NAME))
        self.assertEqual(["id.hadir.app.Home", "id.hadir.sdk.Sync"], [part.get(NAME) for part in application])
        self.assertEqual("p", root.find("uses-permission").get(NAME))
        self.assertEqual("36", root.find("uses-sdk").get(f"{{{resources.ANDROID}}}targetSdkVersion"))

    def test_the_same_permission_twice_stands_once(self):
        permission = '<uses-permission android:name="p" />'
        root = self.merged(permission, permission + "<application />")
        self.assertEqual(1, len(root.findall("uses-permission")))

    def test_what_only_googles_merger_understands_is_refused(self):
        for sdk, app in (
            ("", '<application tools:replace="android:label" />'),
            ("", '<application android:label="${label}" />'),
            ("", '<uses-sdk android:minSdkVersion="26" /><application />'),
            ('<application android:label="x" />', "<application />"),
            ('<uses-permission android:name="p" />', '<uses-permission android:name="p" android:maxSdkVersion="30" /><application />'),
        ):
            with self.subTest(sdk=sdk, app=app), self.assertRaises(resources.Refused):
                self.merged(sdk, app)


class Members(unittest.TestCase):
    """api.py over classes compiled here: a framework of two ages, and an app."""

    OLD = "package fw; public class View { public void old() {} }"
    NEW = "package fw; public class View { public void old() {} public void newer() {} public static void hidden() {} }"

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        for age, source in (("oldest", cls.OLD), ("newest", cls.NEW)):
            cls.compile(age, "View", source)
            with zipfile.ZipFile(cls.folder / f"{age}.jar", "w") as jar:
                jar.write(cls.folder / age / "fw/View.class", "fw/View.class")
        with zipfile.ZipFile(cls.folder / "checks.jar", "w") as jar:
            jar.writestr("private-apis.txt", "Lfw/View;->hidden()V,BLOCKED\n")

    @classmethod
    def compile(cls, name, file, source):
        folder = cls.folder / name
        folder.mkdir(exist_ok=True)
        (folder / f"{file}.java").write_text(source)
        subprocess.run(["javac", "-cp", cls.folder / "newest", "-d", folder, folder / f"{file}.java"], check=True)

    def check(self, body, allowed=""):
        self.compile("ours", "Ours", f"class Ours extends fw.View {{ void f() {{ {body} }} }}")
        (self.folder / "allowed.txt").write_text(allowed)
        paths = {"classes": "ours", "private": "checks.jar", "oldest": "oldest.jar", "newest": "newest.jar", "allowed": "allowed.txt"}
        command = [sys.executable, HERE / "api.py", *(part for key, value in paths.items() for part in (f"--{key}", self.folder / value))]
        return subprocess.run(command, capture_output=True, text=True)

    def test_members_of_the_oldest_framework_pass(self):
        self.assertEqual(0, self.check("old();").returncode)

    def test_a_newer_member_named_through_our_own_subclass_is_found(self):
        found = self.check("newer();")
        self.assertEqual(1, found.returncode)
        self.assertIn("Lfw/View;->newer()V is newer than minSdk", found.stdout)

    def test_a_newer_member_that_is_guarded_passes_until_it_is_used_no_more(self):
        allowed = "Lfw/View;->newer()V  Ours.f: asks first\n"
        self.assertEqual(0, self.check("newer();", allowed).returncode)
        self.assertIn("is not used any more", self.check("old();", allowed).stdout)

    def test_an_entry_without_its_guard_is_refused(self):
        self.assertNotEqual(0, self.check("newer();", "Lfw/View;->newer()V\n").returncode)

    def test_a_hidden_member_is_found(self):
        self.assertIn("Lfw/View;->hidden()V is hidden (BLOCKED)", self.check("fw.View.hidden();").stdout)


class Counting(unittest.TestCase):
    def counts(self, log):
        found = phone_counts.count(log, None)
        return found.passed, found.failed, found.skipped

    def test_swift_counts_each_test_and_each_check(self):
        log = (
            "Test Case 'A.testX' failed (0.1 seconds)\n"
            "Test Suite 'All tests' failed at 1\n\t Executed 4 tests, with 1 test skipped and 2 failures (0 unexpected) in 1 (1) seconds\n"
            "✘ Test one() failed after 0.001 seconds with 1 issue.\n✘ Test run with 3 tests failed after 0.1 seconds with 1 issue.\n"
            "-- tests: FAILED (9 s)\n-- format: passed (1 s)\n-- the app against stubs: skipped (0 s)\n"
        )
        self.assertEqual((2 + 2 + 1, 2, 2), self.counts(log))

    def test_cargos_tests_are_counted_over_all_runs(self):
        log = "test result: ok. 5 passed; 0 failed; 1 ignored\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n-- i686 tests: FAILED (3 s)\n"
        self.assertEqual((7, 1, 0), self.counts(log))

    def test_tests_that_did_not_even_run_are_a_failure(self):
        self.assertEqual((0, 1, 0), self.counts("-- tests: FAILED (1 s)\n"))


if __name__ == "__main__":
    unittest.main()
