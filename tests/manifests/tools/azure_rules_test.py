"""tools/azure-rules: what Azure gets is what component monitoring says, within Azure's limits."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from release import azure  # noqa: E402
from release.failure import Failure  # noqa: E402

ALERT = {"alert": "A", "expr": "up == 0", "labels": {"severity": "warning"}, "annotations": {"summary": "down"}}


def of(*rules):
    return [{"kind": "PrometheusRule", "spec": {"groups": [{"name": "g", "rules": list(rules)}]}}]


def written():
    for file in (ROOT / "manifests/components").glob("*/rules/*.yaml"):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]["groups"]:
            yield from group["rules"]


class AzureRules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run([ROOT / "tools/azure-rules"], capture_output=True, text=True, timeout=60, check=True)
        cls.template = json.loads(done.stdout)
        cls.rules = [r for group in cls.template["resources"] for r in group["properties"]["rules"]]

    def test_every_rule_is_there_but_the_one_that_always_fires(self):
        expected = {(r.get("alert", r.get("record")), r["expr"]) for r in written()}
        made = {(r.get("alert", r.get("record")), r["expression"]) for r in self.rules}
        self.assertEqual(expected - made, {("Watchdog", "vector(1)")})
        self.assertEqual(made - expected, set())

    def test_prometheus_takes_them_back(self):
        names = {"expression": "expr", "alert": "alert", "record": "record", "labels": "labels"}
        groups = [
            {
                "name": g["name"],
                "rules": [
                    {names[k]: v for k, v in r.items() if k in names and v}
                    | ({"for": r["for"].removeprefix("PT").lower()} if "for" in r else {})
                    for r in g["properties"]["rules"]
                ],
            }
            for g in self.template["resources"]
        ]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": groups}, file)
            file.flush()
            done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        kept = {r["alert"]: r.get("for") for g in groups for r in g["rules"] if "alert" in r}
        self.assertEqual(
            kept, {r["alert"]: r.get("for") for r in written() if r.get("alert", "Watchdog") != "Watchdog"}
        )

    def test_whoever_is_called_is_a_parameter_and_nothing_else_is_an_expression(self):
        known = {f"[parameters('{p}')]" for p in self.template["parameters"]}
        used = set(re.findall(r'"(\[[^\[][^"]*)"', json.dumps(self.template["resources"])))
        self.assertEqual(used, known)
        for rule in self.rules:
            self.assertEqual("alert" in rule, bool(rule.get("actions")))

    def test_critical_comes_before_warning(self):
        found = {(r["labels"]["severity"], r["severity"]) for r in self.rules if "alert" in r}
        self.assertEqual(found, {("critical", 0), ("warning", 2)})

    def test_what_azure_would_refuse_is_refused_here(self):
        with self.assertRaisesRegex(Failure, "21 rules, Azure takes 20"):
            azure.template(of(*[ALERT] * 21))
        with self.assertRaisesRegex(Failure, "'1h30m'"):
            azure.template(of({**ALERT, "for": "1h30m"}))

    def test_a_text_is_not_taken_for_an_expression(self):
        made = azure.template(of({**ALERT, "annotations": {"summary": "[down]"}}))
        self.assertEqual(made["resources"][0]["properties"]["rules"][0]["annotations"], {"summary": "[[down]"})


if __name__ == "__main__":
    unittest.main()
