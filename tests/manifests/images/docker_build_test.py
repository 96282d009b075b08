"""docker/build with docker: its calls to buildx (a recording stand-in: no docker here), and its output."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
DIGEST = f"sha256:{'d' * 64}"
STAND_IN = f"""#!/bin/sh
printf '%s\\n' "$*" >>"$(dirname "$0")/calls"
while [ $# != 0 ]; do
    if [ "$1" = --metadata-file ]; then echo '{{"containerimage.digest": "{DIGEST}"}}' >"$2"; fi
    shift
done
"""


class DockerBuild(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        docker = self.folder / "docker"
        docker.write_text(STAND_IN, encoding="utf-8")
        docker.chmod(0o755)

    def build(self, *arguments, **environment):
        path = f"{self.folder}:{os.environ['PATH']}"
        return subprocess.run(
            [ROOT / "docker/build", *arguments],
            capture_output=True,
            text=True,
            timeout=30,
            env=os.environ | {"PATH": path} | environment,
        )

    def calls(self):
        return [c for c in (self.folder / "calls").read_text(encoding="utf-8").splitlines() if "buildx build" in c]

    def test_pushes_all_four_and_prints_their_digests(self):
        done = self.build("--push", IMAGE_PREFIX="registry.example/team")
        self.assertEqual(0, done.returncode, done.stderr)
        names = ("todo-be", "broadcaster", "todo-cron", "todo-fe")
        self.assertEqual([f"registry.example/team/{n}@{DIGEST}" for n in names], done.stdout.splitlines())
        commit = subprocess.run(
            ["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for name, call in zip(names, self.calls(), strict=True):
            recipe = (
                "--file docker/todo-fe.Dockerfile"
                if name == "todo-fe"
                else f"--file docker/services.Dockerfile --target {name} "
            )
            for part in (
                recipe,
                f"--tag registry.example/team/{name}:{commit}",
                "push=true",
                "rewrite-timestamp=true",
                f"REVISION={commit}",
                "SOURCE_DATE_EPOCH=",
                "CREATED=20",
                "VERSION=",
            ):
                self.assertIn(part, call)

    def test_pushes_nothing_by_default(self):
        self.assertEqual("tidings/receiver:x\n", self.build("receiver", IMAGE_TAG="x").stdout)
        self.assertNotIn("push", self.calls()[0])

    def test_options_reach_the_builder(self):
        self.build("todo-be", "--", "--build-arg", "DEBIAN_IMAGE=mine")
        self.assertIn("--build-arg DEBIAN_IMAGE=mine", self.calls()[0])

    def test_rejects_an_unknown_image(self):
        done = self.build("todo-bee")
        self.assertEqual(2, done.returncode)
        self.assertIn("there is no image 'todo-bee'", done.stderr)


if __name__ == "__main__":
    unittest.main()
