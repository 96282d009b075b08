"""docs/operations.md is correct: what it names exists, and every alert has a chapter."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
KINDS = "deployment|statefulset|cronjob|svc|application|pvc|hpa"
# Not created by our manifests: a claim of a StatefulSet's template.
MADE_ELSEWHERE = {("pvc", "data-postgres-0"), ("pvc", "data-nats-2")}


def documents(*folders):
    for folder in folders:
        for path in (ROOT / folder).rglob("*.yaml"):
            for document in yaml.load_all(
                path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            ):
                if isinstance(document, dict) and "kind" in document:
                    yield document


def alerts_in(document):
    groups = document.get("spec", {}).get("groups", []) if document["kind"] == "PrometheusRule" else []
    return {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}


def alert_chapters(text):
    return set(re.findall(r"^### (\w+)$", text.split("\n## Alerts\n")[1], re.M))


def paths_in(text):
    """Apparent file names of this repository."""
    folders = "docs|manifests|cluster-manifests|tools|services|tests"
    return {p.rstrip("./") for p in re.findall(rf"(?<![\w/.-])((?:{folders})(?:/[\w.*-]+)+)", text)}


def missing_paths(text):
    return {p for p in paths_in(text) if not list(ROOT.glob(p))}


def commands(text):
    """(tool, its arguments) of every tools/... in a command, continuation lines joined."""
    return re.findall(r"(?:^|[\s`(])(tools/[\w-]+)((?: [^`\n&|#]*)?)", text.replace("\\\n", " "))


def kubectl_complaint(arguments):
    """The errors of the real kubectl; None if only the server is missing."""
    pod = {"spec": {"containers": [{"name": "c"}]}}
    job = json.dumps({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "x"}, "spec": {"template": pod}})
    done = subprocess.run(
        ["kubectl", "--server=http://127.0.0.1:1", *arguments],
        input=job,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "KUBECONFIG": "/dev/null"},
    )
    fine = done.returncode == 0 or "refused" in done.stderr
    return None if fine else f"kubectl {shlex.join(arguments)}: {done.stderr}"


def stuck_on_a_lost_node(text):
    """StatefulSets whose pods stay Terminating there, and of which the chapter about it says nothing."""
    chapter = text.split("\n## A node is gone\n")[1].split("\n## ")[0]
    known = {d["metadata"]["name"] for d in documents("manifests") if d["kind"] == "StatefulSet"}
    return {name for name in known if not re.search(rf"(?m)^\| `{name}-\w+` \| ", chapter)}


class Operations(unittest.TestCase):
    def test_it_says_what_a_lost_node_means_to_each_stateful_set(self):
        self.assertEqual(stuck_on_a_lost_node(TEXT), set())
        self.assertEqual(stuck_on_a_lost_node(TEXT.replace("| `nats-", "| `x-")), {"nats"})

    def test_a_drain_can_evict_every_pod_that_there_is(self):
        scratch = any("emptyDir:" in p.read_text(encoding="utf-8") for p in (ROOT / "manifests").rglob("*.yaml"))
        drains = re.findall(r"kubectl drain [^`]*", TEXT)
        self.assertTrue(drains)
        for drain in drains:
            self.assertIn("--ignore-daemonsets", drain)
            self.assertEqual("--delete-emptydir-data" in drain, scratch, drain)

    def test_a_volume_grows_in_the_order_that_the_server_takes(self):
        chapter = TEXT.split("\n## Scale\n")[1].split("\n## ")[0]
        # A StatefulSet that goes before Argo CD has seen its new size is made again with the old one.
        seen = "wait application/tidings-production --for=jsonpath='{.status.sync.revision}'"
        steps = ("quota.yaml", "patch pvc data-postgres-0", seen, "delete statefulset postgres --cascade=orphan")
        self.assertEqual(sorted(steps, key=chapter.index), list(steps))

    def test_the_sizing_table_is_right(self):
        sizes = {what: int(n.replace(",", "")) for what, n in re.findall(r"`?(events|WAL|TODOS)`? ([\d,]+) B", TEXT)}
        rows = re.findall(r"(?m)^\| (\d+) \| ([\d.]+) GB \| ([\d.]+) GB \| ([\d.]+) GB \|$", TEXT)
        self.assertGreater(len(rows), 2)
        for rate, *said in rows:
            day = int(rate) * 86400 / 1e9
            database, nats = 30 * day * sizes["events"], 7 * day * sizes["TODOS"]
            found = (database, nats, 1.65 * database + 7 * day * sizes["WAL"])
            for number, text in zip(found, said):
                self.assertAlmostEqual(number, float(text), delta=0.06, msg=f"{rate} a second")

    def test_alerts_and_chapters_match(self):
        known = set().union(*(alerts_in(d) for d in documents("manifests/components")))
        self.assertGreater(len(known), 20)
        self.assertEqual(alert_chapters(TEXT), known)

    def test_every_file_it_names_exists(self):
        self.assertGreater(len(paths_in(TEXT)), 15)
        self.assertEqual(missing_paths(TEXT), set())

    def test_every_dev_command_it_names_exists(self):
        known = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout
        for command, kind in re.findall(r"\./dev ([\w-]+)(?: ([a-z]+))?", TEXT):
            self.assertRegex(known, rf"(?m)^  {command}\b")
            self.assertIn(kind, ["", "unit", "integration", "e2e", "page", "manifests", "on"])

    def test_every_tool_and_option_it_names_exists(self):
        found = commands(TEXT)
        self.assertGreater(len(found), 8)
        for tool, arguments in found:
            usage = subprocess.run([ROOT / tool, "--help"], capture_output=True, text=True, check=True).stdout
            for option in re.findall(r"(?<!\S)--[a-z-]+", arguments):
                self.assertRegex(usage, rf"{option}\b", tool)

    def test_kubectl_accepts_every_command(self):
        found = re.findall(r"\bkubectl ([^|&;#`\n)]+)", TEXT.replace("\\\n", " "))
        self.assertGreater(len(found), 50)
        self.assertEqual([c for c in (kubectl_complaint(shlex.split(f)) for f in sorted(set(found))) if c], [])
        self.assertIn("unknown flag", kubectl_complaint(["get", "pods", "--sort=x"]))

    def test_every_object_it_names_is_in_the_manifests(self):
        short = {"Service": "svc", "HorizontalPodAutoscaler": "hpa", "PersistentVolumeClaim": "pvc"}
        known = {
            (short.get(d["kind"], d["kind"].lower()), d["metadata"]["name"])
            for d in documents("manifests", "cluster-manifests")
            if d.get("metadata", {}).get("name")
        } | MADE_ELSEWHERE
        named = set(
            re.findall(rf"\b({KINDS})[/ ]([a-z0-9]+(?:-[a-z0-9]+)*)\b", "\n".join(re.findall(r"(?s)`+[^`]+`+", TEXT)))
        )
        self.assertGreater(len(named), 12)
        self.assertEqual(named - known, set())

    def test_every_setting_it_names_exists(self):
        sources = "".join(
            p.read_text(encoding="utf-8")
            for pattern in (
                "services/*/*.cpp",
                "services/*/endpoints/*.cpp",
                "libs/events/subjects.hpp",
                "manifests/**/*.yaml",
                "manifests/**/scripts/*",
                "tools/*",
                "tools/release/*.py",
                ".github/workflows/*.yaml",
            )
            for p in ROOT.glob(pattern)
            if p.is_file()
        )
        names = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", TEXT))
        self.assertEqual({n for n in names if n.removesuffix("_FILE") not in sources}, set())  # each may be a file

    def test_the_checks_find_errors(self):
        self.assertEqual(missing_paths("see `docs/no-such.md` and tools/smoke."), {"docs/no-such.md"})
        self.assertEqual(
            commands("`tools/smoke URL --deadline 3` and\n    tools/promote a b \\\n  --smoke x && y"),
            [("tools/smoke", " URL --deadline 3"), ("tools/promote", " a b    --smoke x ")],
        )
        self.assertEqual(alert_chapters("# x\n### Before\n## Alerts\n### One\ntext\n### Two words\n"), {"One"})
        rule = {"kind": "PrometheusRule", "spec": {"groups": [{"rules": [{"record": "r"}, {"alert": "A"}]}]}}
        self.assertEqual(alerts_in(rule), {"A"})


if __name__ == "__main__":
    unittest.main()
