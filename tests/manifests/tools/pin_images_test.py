"""tools/pin-images: digests of today into manifests/versions and compose.yaml. (A stand-in for docker: no registry
here.)"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
VERSIONS, COMPOSE = "manifests/versions/kustomization.yaml", "docker/compose.yaml"
# The digest of an image is made of its name and $DAY.
DOCKER = """#!/bin/sh
[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 9
case "$4" in "$REFUSED"*) echo "no such manifest: $4" >&2; exit 1 ;; esac
echo "sha256:$(printf %s "$4 $DAY" | sha256sum | cut -d' ' -f1)"
"""


def digest(image, day):
    return "sha256:" + hashlib.sha256(f"{image} {day}".encode()).hexdigest()


class PinImages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path in (VERSIONS, COMPOSE, "tools/pin-images"):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, self.root / path)
        shutil.copytree(ROOT / "tools/release", self.root / "tools/release", ignore=shutil.ignore_patterns("__py*"))
        docker = self.root / "bin/docker"
        docker.parent.mkdir()
        docker.write_text(DOCKER, encoding="utf-8")
        docker.chmod(0o755)

    def run_it(self, day, refused="none"):
        env = os.environ | {"PATH": f"{self.root / 'bin'}:{os.environ['PATH']}", "DAY": day, "REFUSED": refused}
        tool = self.root / "tools/pin-images"
        return subprocess.run([tool], capture_output=True, text=True, timeout=60, env=env)

    def images(self):
        return yaml.safe_load((self.root / VERSIONS).read_text(encoding="utf-8"))["images"]

    def composed(self):
        services = yaml.safe_load((self.root / COMPOSE).read_text(encoding="utf-8"))["services"]
        return [s["image"] for s in services.values()]

    def test_pins_and_renews_what_is_pinned(self):
        tags = {i["name"]: i["newTag"] for i in self.images()}
        ours = [i for i in self.composed() if i.startswith("${")]
        for day in ("monday", "tuesday"):
            done = self.run_it(day)
            self.assertEqual(done.returncode, 0, done.stderr)
            expected = {n: (t, digest(f"{n}:{t}", day)) for n, t in tags.items()}
            self.assertEqual({i["name"]: (i["newTag"], i["digest"]) for i in self.images()}, expected)
            whole = {f"{n}:{t}@{d}" for n, (t, d) in expected.items()}
            self.assertEqual(set(done.stdout.split()), whole)
            self.assertEqual(set(self.composed()) - set(ours) - whole, set())
        self.assertEqual([i for i in self.composed() if i.startswith("${")], ours)

    def test_changes_nothing_when_one_is_not_to_be_had(self):
        before = (self.root / VERSIONS).read_bytes(), (self.root / COMPOSE).read_bytes()
        done = self.run_it("monday", refused="postgres:")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such manifest", done.stderr)
        self.assertEqual(((self.root / VERSIONS).read_bytes(), (self.root / COMPOSE).read_bytes()), before)


if __name__ == "__main__":
    unittest.main()
