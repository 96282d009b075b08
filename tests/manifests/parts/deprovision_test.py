"""cluster-manifests/deprovision against a kubectl that has namespaces and Applications in two files."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from rendered import REPOSITORY

KUBECTL = """#!/bin/sh
case "$*" in
    *"get applications"*) exec cat "$CLUSTER/applications" ;;
    *"get namespaces"*) exec cat "$CLUSTER/namespaces" ;;
    "delete namespace "*) echo "$3" >>"$CLUSTER/deleted" ;;
    *) exit 1 ;;
esac
"""


class deprovision(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "kubectl").write_text(KUBECTL)
        (self.folder / "kubectl").chmod(0o755)

    def deleted(self, namespaces, applications):
        (self.folder / "namespaces").write_text("".join(f"{n}\n" for n in namespaces))
        if applications is not None:
            (self.folder / "applications").write_text("".join(f"{a}\n" for a in applications))
        run = subprocess.run(
            [REPOSITORY / "cluster-manifests/deprovision"],
            env={"PATH": f"{self.folder}:{os.environ['PATH']}", "CLUSTER": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=20,
        )
        log = self.folder / "deleted"
        return run.returncode, log.read_text().split() if log.exists() else []

    def test_removes_what_has_lost_its_application_and_nothing_else(self):
        namespaces = ["feature-gone ", "feature-open ", "feature-open-too ", "feature-mine my/branch", "project "]
        applications = ["tidings-production", "feature-open", "feature-open-too", "feature-gone-2"]
        self.assertEqual((0, ["feature-gone"]), self.deleted(namespaces, applications))

    def test_removes_nothing_when_the_applications_cannot_be_read(self):
        code, gone = self.deleted(["feature-open "], None)
        self.assertNotEqual(0, code)
        self.assertEqual([], gone)


if __name__ == "__main__":
    unittest.main()
