"""A test's folder determines its label: tests/unit has the tests with the label unit, and so on."""

import json
import os
import pathlib
import subprocess
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[2]
KINDS = ("unit", "fuzz", "integration", "e2e", "page", "manifests", "model")


def registered():
    """(name, label, the folder below tests/ whose CMakeLists.txt registers it)"""
    shown = subprocess.run(
        ["ctest", "--test-dir", os.environ["TIDINGS_BUILD_DIR"], "--show-only=json-v1"],
        capture_output=True,
        text=True,
        check=True,
    )
    graph = json.loads(shown.stdout)
    for test in graph["tests"]:
        labels = next(p["value"] for p in test["properties"] if p["name"] == "LABELS")
        yield test["name"], labels, folder_of(test)


def folder_of(test):
    """The folder of the build tree mirrors that of the sources; for a Catch2 program it is the working directory."""
    place = next(p["value"] for p in test["properties"] if p["name"] == "WORKING_DIRECTORY")
    for tree in (pathlib.Path(os.environ["TIDINGS_BUILD_DIR"], "tests"), TESTS):
        if pathlib.Path(place).is_relative_to(tree):
            return pathlib.Path(place).relative_to(tree).parts[0]
    return place


class Folders(unittest.TestCase):
    def test_a_tests_label_is_its_folder(self):
        tests = list(registered())
        self.assertEqual(
            [], [f"{name}: label {labels}, folder {folder}" for name, labels, folder in tests if labels != [folder]]
        )
        self.assertLessEqual({labels[0] for _, labels, _ in tests}, set(KINDS), "./dev test would not know it")


if __name__ == "__main__":
    unittest.main()
