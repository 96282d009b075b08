"""Programs and files are pinned, kept by what pins them, and complete or not there."""

import contextlib
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from . import programs


class Pins(unittest.TestCase):
    def test_every_program_and_file_has_its_pin(self):
        for module in {m for m, _ in programs.PACKAGES.values()}:
            self.assertGreater((programs.MODULES / module / "go.sum").stat().st_size, 0, module)
        definitions = (programs.MODULES / "definitions" / "go.sum").read_text(encoding="utf-8")
        self.assertEqual(set(programs.pinned(definitions)), set(programs.FILES))

    def test_the_hash_of_a_go_mod_is_not_one_of_files(self):
        text = "a/b v1.0.0 h1:x=\na/b v1.0.0/go.mod h1:y=\n"
        self.assertEqual(programs.pinned(text), {"a/b": ("v1.0.0", "h1:x=")})

    def test_the_fingerprint_follows_both_files(self):
        with tempfile.TemporaryDirectory() as folder:
            seen = set()
            for name, text in (("go.sum", "a"), ("go.mod", "b"), ("go.sum", "c")):
                pathlib.Path(folder, name).write_text(text, encoding="ascii")
                seen.add(programs.fingerprint(pathlib.Path(folder)))
            self.assertEqual(len(seen), 3)

    def test_kubernetes_says_its_version(self):
        flags = programs.version_flags("module m\n\nrequire k8s.io/kubernetes v1.36.3\n")
        self.assertIn("-X=k8s.io/component-base/version.gitVersion=v1.36.3", flags)
        self.assertIn("-X=k8s.io/component-base/version.gitMinor=36", flags)
        self.assertEqual(programs.version_flags("module m\n"), [])


class Cache(unittest.TestCase):
    """With a `go` that does what a test says."""

    @contextlib.contextmanager
    def cache(self, go):
        with tempfile.TemporaryDirectory() as folder:
            place = mock.patch.dict(os.environ, {"TIDINGS_CACHE": folder})
            with place, mock.patch.object(programs, "_go", side_effect=go) as calls:
                yield calls

    def test_a_program_is_built_once(self):
        def build(arguments, where, _):
            self.assertEqual(where.name, "kwok")
            pathlib.Path(arguments[arguments.index("-o") + 1]).write_text("program", encoding="ascii")

        with self.cache(build) as calls:
            built = [programs.program("kwok", lambda text: None) for _ in range(2)]
            self.assertEqual(built[0], built[1])
            self.assertEqual(built[0].read_text(encoding="ascii"), "program")
            self.assertEqual(calls.call_count, 1)

    def test_a_failed_build_leaves_no_program(self):
        def build(arguments, *_):
            pathlib.Path(arguments[arguments.index("-o") + 1]).write_text("half", encoding="ascii")
            raise programs.Failed("no")

        with self.cache(build):
            with self.assertRaises(programs.Failed):
                programs.program("kwok", lambda text: None)
            self.assertEqual([f for f in programs.cache().rglob("*") if f.is_file()], [])

    def test_a_module_with_another_hash_is_refused(self):
        with self.cache(lambda *_: '{"Sum": "h1:other=", "Dir": "/"}'):
            with self.assertRaisesRegex(programs.Failed, "is pinned"):
                programs.files(lambda text: None)
            self.assertEqual(list(programs.cache().iterdir()), [])


if __name__ == "__main__":
    unittest.main()
