"""The same sources give the same bytes, wherever they are built; the images depend on it (docker/README.md)."""

import os
import pathlib
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", ROOT / "build/release")) / "bin"
NAMES = ("todo-be", "broadcaster", "todo-cron", "receiver")
# Always the same, so that ccache makes the second run fast; its cache was compiled there.
ELSEWHERE = pathlib.Path("/var/tmp/tidings-reproducible", "a-longer-path-than-the-checkout")


def built_in(folder):
    """todo-cron, as the images build it, from a copy of the sources."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("CMakeLists.txt", "CMakePresets.json"):
        shutil.copy2(ROOT / name, folder)
    for name in ("cmake", "docker", "libs", "services", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules", "dist"))
    done = subprocess.run(
        [folder / "docker/stage/compile", "todo-cron"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise AssertionError(done.stdout[-4000:])
    return folder / "build/release/bin/todo-cron"


class Reproducible(unittest.TestCase):
    def test_two_builds_are_identical(self):
        self.addCleanup(shutil.rmtree, ELSEWHERE.parent, ignore_errors=True)
        is_release = os.environ.get("TIDINGS_BUILD_TYPE", "Release") == "Release"
        first = PROGRAMS / "todo-cron" if is_release else built_in(ELSEWHERE.with_name("b"))
        self.assertTrue(
            first.read_bytes() == built_in(ELSEWHERE).read_bytes(), f"{first} and the one built in {ELSEWHERE} differ"
        )

    def test_no_program_contains_its_build_folder(self):
        for name in NAMES:
            self.assertNotIn(f"{ROOT}/".encode(), (PROGRAMS / name).read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
