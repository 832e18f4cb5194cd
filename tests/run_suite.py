"""Runs the test_*.py files (unittest) of a directory and ends with `N passed, N failed`."""

import sys
import unittest
from pathlib import Path


class Counting(unittest.TextTestResult):
    """Counts what succeeded: a failing setUpClass is an error that `testsRun` does not know."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main() -> int:
    directory = Path(sys.argv[1]).resolve()
    suite = unittest.defaultTestLoader.discover(str(directory), top_level_dir=str(directory))
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=Counting).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    if result.testsRun == 0:
        print(f"no test in {directory}")
        failed = 1
    print(f"{result.passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
