"""Each TEST_CASE is a ctest test with its full name. Catch2 2 and CMake lose some characters, and then nothing runs."""

import json
import os
import pathlib
import re
import subprocess
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ["TIDINGS_BUILD_DIR"]
CASE = re.compile(r'^\s*(?:SCENARIO|TEST_CASE(?:_METHOD\([^,]*,)?)\s*\(?\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
MACRO = re.compile(r"^\s*(?:SCENARIO|\w*TEST_CASE\w*)\s*\(", re.MULTILINE)


def names_in(source):
    parts = (re.findall(r'"((?:[^"\\]|\\.)*)"', literals) for literals in CASE.findall(source))
    return ["".join(p).replace('\\"', '"').replace("\\\\", "\\") for p in parts]


def sources():
    return sorted(TESTS.rglob("*.cpp"))


class TestNames(unittest.TestCase):
    def test_no_name_has_a_character_that_ctest_loses(self):
        for file in sources():
            for name in names_in(file.read_text(encoding="utf-8")):
                self.assertNotIn(";", name, f"{file}: CMake cuts a name at ';': use a comma or 'and'")
                self.assertFalse(name.startswith("-"), f"{file}: '{name}' would be read as an option")
                self.assertEqual(name.strip(), name, f"{file}: blanks around a name get lost")

    def test_every_case_is_a_ctest_test(self):
        listed = subprocess.run(
            ["ctest", "--test-dir", BUILD, "--show-only=json-v1"], capture_output=True, text=True, check=True
        ).stdout
        known = [t["name"].partition(":")[2].strip() for t in json.loads(listed)["tests"] if is_catch(t)]
        written = []
        for file in sources():
            text = file.read_text(encoding="utf-8")
            names = names_in(text)
            self.assertEqual(len(MACRO.findall(text)), len(names), f"{file}: a TEST_CASE whose name is no plain text")
            written += names
        self.assertEqual(set(written) ^ set(known), set(), "only written, or only known to ctest")
        self.assertEqual(len(written), len(known))


def is_catch(test):
    """Whether the command is one of our test programs with a test name."""
    command = test.get("command", [""])
    return pathlib.Path(command[0]).parent == pathlib.Path(BUILD, "tests") and len(command) > 1


if __name__ == "__main__":
    unittest.main()
