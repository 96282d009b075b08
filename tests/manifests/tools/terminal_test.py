"""Remote responses never control the terminal of the release tools' user."""

import contextlib
import io
import sys
import unittest

from stack import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from release.failure import Failure, run_main
from release.printable import printable
from release.table import Table

HOSTILE = "\x1b[2J|\r|\x7f|\x9b31m|\x85|\u200e|\u2028|\u202e|\u2066|\ufeff|\ud800"
SAFE = ".[2J|.|.|.31m|.|.|.|.|.|.|."


class Terminal(unittest.TestCase):
    def test_ordinary_text_is_unchanged(self):
        self.assertEqual(printable("Brötchen 🥐\n'x'"), "Brötchen 🥐\n'x'")

    def test_a_table_replaces_controls_with_dots(self):
        def fails():
            raise Failure(f"answered {HOSTILE}\nsecond {HOSTILE}")

        out = io.StringIO()
        table = Table(out)
        table.check("good", lambda: HOSTILE)
        table.check("bad", fails)
        lines = out.getvalue().split("\n")
        self.assertEqual(len(lines), 4)
        self.assertTrue(lines[0].endswith(f"s  {SAFE}"), lines[0])
        self.assertTrue(lines[1].endswith(f"answered {SAFE}"), lines[1])
        self.assertEqual(lines[2].strip(), f"second {SAFE}")

    def test_program_errors_replace_controls_with_dots(self):
        def fails():
            raise Failure(HOSTILE)

        with contextlib.redirect_stderr(io.StringIO()) as out, self.assertRaises(SystemExit):
            run_main("tool", fails)
        self.assertEqual(out.getvalue(), f"tool: {SAFE}\n")


if __name__ == "__main__":
    unittest.main()
