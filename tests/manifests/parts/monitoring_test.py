"""Alerts, rules and dashboards: valid, tested one by one, and with a runbook."""

import functools
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

from rendered import COMPONENTS, HERE, REPOSITORY, build, of_kind, pod_templates

WATCHDOG = "Watchdog"
WITH_RULES = ("monitoring", "alertmanager", "postgres-exporter")
ALERT_TESTS = sorted((HERE / "alerts").glob("*.yaml"))


@functools.lru_cache(maxsize=None)
def rules():
    return {name: doc["spec"] for name, doc in of_kind(build(*WITH_RULES), "PrometheusRule").items()}


def alerts():
    return {r["alert"]: r for spec in rules().values() for g in spec["groups"] for r in g["rules"] if "alert" in r}


def dashboards():
    found = of_kind(build(*WITH_RULES), "ConfigMap").values()
    chosen = [d["data"] for d in found if d["metadata"].get("labels", {}).get("grafana_dashboard") == "1"]
    return {name: json.loads(text) for data in chosen for name, text in data.items()}


def queries():
    """(dashboard, panel, expression)"""
    return [
        (name, panel["title"], target["expr"])
        for name, board in dashboards().items()
        for panel in board["panels"]
        for target in panel["targets"]
    ]


def promtool(command, groups, *files):
    with tempfile.TemporaryDirectory() as folder:
        for name, spec in groups.items():
            pathlib.Path(folder, name + ".yaml").write_text(yaml.safe_dump(spec, width=1000))
        for file in files:
            pathlib.Path(folder, file.name).write_bytes(file.read_bytes())
        names = [f.name for f in files] or [name + ".yaml" for name in groups]
        return subprocess.run(["promtool", *command, *names], cwd=folder, capture_output=True, text=True)


def check(groups):
    return promtool(["check", "rules", "--lint=all", "--lint-fatal"], groups)


def as_rules(expressions):
    return {
        "queries": {
            "groups": [
                {"name": "queries", "rules": [{"record": f"query:{i}", "expr": e} for i, e in enumerate(expressions)]}
            ]
        }
    }


class the_rules(unittest.TestCase):
    def test_are_valid(self):
        run = check(rules())
        self.assertEqual(0, run.returncode, run.stdout + run.stderr)

    def test_an_invalid_rule_is_detected(self):
        for bad in ({"alert": "X", "expr": "sum("}, {"alert": "X", "expr": "up", "fro": "5m"}):
            self.assertNotEqual(0, check({"bad": {"groups": [{"name": "g", "rules": [bad]}]}}).returncode, bad)

    def test_of_alerts_have_severity_summary_and_runbook(self):
        for name, rule in alerts().items():
            self.assertEqual(f"docs/operations.md#{name.lower()}", rule["annotations"]["runbook"])
            if name == WATCHDOG:
                continue  # it is no fault, and about nobody
            self.assertIn(rule["labels"]["severity"], ("critical", "warning"), name)
            self.assertIn("{{ $labels.", rule["annotations"]["summary"], name)

    def test_of_alerts_have_a_chapter_in_the_runbook(self):
        runbook = (REPOSITORY / "docs" / "operations.md").read_text()
        chapters = {
            re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", runbook, re.MULTILINE)
        }
        self.assertEqual(set(), {name for name in alerts() if name.lower() not in chapters})


class the_alerts(unittest.TestCase):
    """Each fires when it should, and does not when it should not (alerts/*.yaml)."""

    def test_behave_as_promised(self):
        for file in ALERT_TESTS:
            run = promtool(["test", "rules"], rules(), file)
            self.assertEqual(0, run.returncode, run.stdout + run.stderr)

    def test_have_a_firing_and_a_silent_case(self):
        cases = [
            case
            for file in ALERT_TESTS
            for test in yaml.safe_load(file.read_text())["tests"]
            for case in test["alert_rule_test"]
        ]
        loud = {case["alertname"] for case in cases if case["exp_alerts"]}
        quiet = {case["alertname"] for case in cases if not case["exp_alerts"]}
        self.assertEqual(set(alerts()), loud)
        self.assertEqual(set(alerts()) - {WATCHDOG}, quiet)  # which never is

    def test_a_changed_threshold_is_detected(self):
        changed = json.loads(json.dumps(rules()).replace("> 300", "> 3000"))
        self.assertNotEqual(0, promtool(["test", "rules"], changed, HERE / "alerts" / "delivery.yaml").returncode)


class the_dashboards(unittest.TestCase):
    def test_are_found_by_grafana_with_unique_uids(self):
        boards = dashboards()
        self.assertEqual(5, len(boards))
        for name, board in boards.items():
            self.assertEqual(name, board["uid"] + ".json")
            ids = [panel["id"] for panel in board["panels"]]
            self.assertEqual(len(ids), len(set(ids)))

    def test_have_valid_queries_for_one_environment(self):
        expressions = []
        for board, panel, expression in queries():
            recorded = "namespace:" in expression
            self.assertIn('namespace="$namespace"', expression, f"{board}: {panel}")
            self.assertNotIn("[5m]", expression.replace(":ratio", "") if recorded else expression, f"{board}: {panel}")
            expressions.append(expression.replace("$__rate_interval", "5m"))
        run = check(as_rules(expressions))
        self.assertEqual(0, run.returncode, run.stdout + run.stderr)

    def test_an_invalid_query_is_detected(self):
        self.assertNotEqual(0, check(as_rules(["sum(rate(x[5m])"])).returncode)

    def test_have_no_overlapping_panels(self):
        for name, board in dashboards().items():
            taken = set()
            for at in (panel["gridPos"] for panel in board["panels"]):
                cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
                self.assertLessEqual(at["x"] + at["w"], 24, name)
                self.assertFalse(cells & taken, name)
                taken |= cells


class scraping(unittest.TestCase):
    def test_reaches_what_components_add(self):
        """Each pod of a component with a port "metrics" is selected."""
        docs = build(*WITH_RULES)
        chosen = set(of_kind(docs, "PodMonitor")["tidings"]["spec"]["selector"]["matchExpressions"][0]["values"])
        added = {
            template["metadata"]["labels"]["app.kubernetes.io/name"]
            for _, _, template in pod_templates(docs)
            if any(p.get("name") == "metrics" for c in template["spec"]["containers"] for p in c.get("ports", []))
        }
        self.assertGreaterEqual(len(added), len(WITH_RULES) - 1)
        self.assertEqual(set(), added - chosen)
        for alert in ("MetricsMissing", "MetricsTargetDown"):
            words = set(re.findall(r"[\w-]+", alerts()[alert]["expr"]))
            self.assertEqual(set(), added - words, f"{alert} says nothing of these")

    def test_reaches_every_service_and_keeps_the_name_of_the_webhooks_endpoint(self):
        monitor = of_kind(build("monitoring"), "PodMonitor")["tidings"]["spec"]
        self.assertEqual(
            {"todo-be", "broadcaster", "todo-fe", "nats"}, set(monitor["selector"]["matchExpressions"][0]["values"])
        )
        endpoint = monitor["podMetricsEndpoints"][0]
        self.assertEqual("metrics", endpoint["port"])
        self.assertIn({"action": "labeldrop", "regex": "endpoint"}, endpoint["relabelings"])


class the_autoscaler(unittest.TestCase):
    """The queries of prometheus-adapter, as rules, against two endpoints: one healthy, one paused."""

    def test_ignores_the_backlog_of_a_paused_endpoint(self):
        adapter = yaml.safe_load((COMPONENTS / "autoscale-on-backlog/prometheus-adapter.yaml").read_text())
        recorded = []
        for rule in adapter["rules"]["external"]:
            name = rule["name"]["as"]
            query = (
                rule["metricsQuery"].replace("<<.Series>>", name).replace("<<.LabelMatchers>>", 'namespace="project"')
            )
            recorded.append({"record": "asked:" + name, "expr": query.replace("<<.GroupBy>>", "namespace")})
        run = promtool(
            ["test", "rules"], {"adapter": {"groups": [{"name": "g", "rules": recorded}]}}, HERE / "autoscaler.yaml"
        )
        self.assertEqual(0, run.returncode, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
