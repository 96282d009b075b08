"""Component alertmanager, with Debian's Alertmanager and its own configuration: who is called for what."""

import http.server
import json
import re
import subprocess
import threading
import unittest

import yaml

from monitoring_test import alerts
from rendered import COMPONENTS, build, of_kind
from servers import eventually, fetch, folder

from private_servers.ports import free_port
from private_servers.process import Process

WRITTEN = (COMPONENTS / "alertmanager/alertmanager.yaml").read_text()
SECRETS = "/run/secrets/alertmanager"
# (labels, receiver)
ROUTES = (
    ({"alertname": "Watchdog", "part_of": "tidings", "severity": "none"}, "dead-mans-switch"),
    ({"alertname": "Watchdog", "severity": "none"}, "nobody"),
    ({"alertname": "MetricsSourceMissing", "severity": "critical"}, "on-call"),
    ({"alertname": "NatsDisconnected", "severity": "critical", "namespace": "project"}, "on-call"),
    ({"alertname": "OutboxOld", "severity": "warning", "namespace": "project"}, "slack"),
    ({"alertname": "NatsDisconnected", "severity": "critical", "namespace": "staging"}, "slack"),
    ({"alertname": "PodRestarting", "severity": "warning", "namespace": "feature-x"}, "slack"),
    ({"alertname": "JobFailed", "severity": "warning", "namespace": "argocd"}, "slack"),
    ({"alertname": "PodRestarting", "severity": "critical", "namespace": "somebody"}, "nobody"),
    ({"alertname": "InfoInhibitor", "severity": "none", "namespace": "project"}, "nobody"),
)


class receivers(http.server.BaseHTTPRequestHandler):
    """Slack, PagerDuty and the dead man's switch."""

    posted = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.posted.append((self.path, body))
        self.send_response(202 if self.path == "/pagerduty" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def knows_url_file():
    """Of webhooks: since Alertmanager 0.26. Debian 12 has 0.25."""
    said = subprocess.run(["amtool", "--version"], capture_output=True, text=True)
    return tuple(map(int, re.search(r"version (\d+)\.(\d+)", said.stdout + said.stderr).groups())) >= (0, 26)


def readable(text):
    """The configuration, as Debian's program can read it."""
    return text if knows_url_file() else re.sub(r"url_file: \S+WATCHDOG_URL", "url: http://127.0.0.1:9/watchdog", text)


def amtool(*arguments, config=WRITTEN):
    with folder() as where:
        file = where.path / "alertmanager.yaml"
        file.write_text(readable(config))
        return subprocess.run(
            ["amtool", *[str(file) if a == "FILE" else a for a in arguments]], capture_output=True, text=True
        )


def named(config):
    """Names of alerts in a configuration."""
    return {name for found in re.findall(r'alertname =~? "?([\w|]+)"?', config) for name in found.split("|")}


class the_configuration(unittest.TestCase):
    def test_is_valid(self):
        run = amtool("check-config", "FILE")
        self.assertEqual(0, run.returncode, run.stdout + run.stderr)

    def test_an_invalid_one_is_detected(self):
        for good, bad in (("group_wait", "group_weight"), ("receiver: on-call", "receiver: oncall")):
            self.assertNotEqual(0, amtool("check-config", "FILE", config=WRITTEN.replace(good, bad)).returncode, bad)

    def test_names_alerts_that_there_are(self):
        self.assertGreater(len(named(WRITTEN)), 10)
        self.assertEqual(set(), named(WRITTEN) - set(alerts()))
        self.assertIn("OutboxOlder", named(WRITTEN.replace('OutboxOld"', 'OutboxOlder"')) - set(alerts()))

    def test_calls_the_right_ones(self):
        for labels, receiver in ROUTES:
            run = amtool("config", "routes", "test", "--config.file", "FILE", *[f"{k}={v}" for k, v in labels.items()])
            self.assertEqual(receiver, run.stdout.strip(), labels)

    def test_has_every_secret_as_a_file(self):
        pod = of_kind(build("alertmanager"), "StatefulSet")["alertmanager"]["spec"]["template"]["spec"]
        mounts = {m["mountPath"] for m in pod["containers"][0]["volumeMounts"]}
        files = re.findall(r"_file: (\S+)/\w+", WRITTEN)
        self.assertEqual(set(files), {SECRETS})
        self.assertIn(SECRETS, mounts)
        self.assertEqual([], re.findall(r"\b(?:api_url|routing_key|url|password|token): ", WRITTEN))


class a_real_one(unittest.TestCase):
    """The component's own arguments and configuration; only addresses, paths and the first wait are the test's."""

    @classmethod
    def setUpClass(cls):
        where = folder()
        cls.addClassCleanup(where.remove)
        world = http.server.ThreadingHTTPServer(("127.0.0.1", 0), receivers)
        threading.Thread(target=world.serve_forever, daemon=True).start()
        cls.addClassCleanup(world.server_close)
        cls.addClassCleanup(world.shutdown)
        around = f"http://127.0.0.1:{world.server_port}"
        for name, text in (
            ("SLACK_API_URL", around + "/slack"),
            ("PAGERDUTY_ROUTING_KEY", "key-of-the-test"),
            ("WATCHDOG_URL", around + "/watchdog"),
        ):
            (where.path / name).write_text(text)
        config = readable(WRITTEN).replace("http://127.0.0.1:9/watchdog", around + "/watchdog")
        config = config.replace(SECRETS, str(where.path)).replace("group_wait: 30s", "group_wait: 1s")
        config = config.replace("global:\n", f"global:\n  pagerduty_url: {around}/pagerduty\n")
        (where.path / "alertmanager.yaml").write_text(config)
        ports = {"9093": free_port(), "7777": free_port()}
        pod = of_kind(build("alertmanager"), "StatefulSet")["alertmanager"]["spec"]["template"]["spec"]
        moved = {
            "/etc/alertmanager/alertmanager.yaml": str(where.path / "alertmanager.yaml"),
            "=/data": f"={where.path / 'data'}",
            **{f"=:{old}": f"=127.0.0.1:{new}" for old, new in ports.items()},
        }
        arguments = pod["containers"][0]["args"]
        for old, new in moved.items():
            arguments = [a.replace(old, new) for a in arguments]
        cls.url, cls.metrics = (f"http://127.0.0.1:{port}" for port in ports.values())
        program = Process(["prometheus-alertmanager", *arguments], where.path / "alertmanager.log")
        cls.addClassCleanup(program.stop)
        probes = [pod["containers"][0][p]["httpGet"]["path"] for p in ("livenessProbe", "readinessProbe")]
        for path in probes:
            eventually(path, lambda path=path: fetch(cls.url + path))

    def fire(self, *labels):
        body = json.dumps([{"labels": of, "annotations": {"summary": "of " + of["alertname"]}} for of in labels])
        fetch(
            self.url + "/api/v2/alerts", data=body.encode(), headers={"Content-Type": "application/json"}, method="POST"
        )

    def told(self, path, alert):
        return [body for where, body in receivers.posted if where == path and alert in body]

    def test_calls_people_and_not_for_what_follows(self):
        project = {"namespace": "project"}
        self.fire({"alertname": "NatsDisconnected", "severity": "critical", **project})
        eventually("it is taken in", lambda: "NatsDisconnected" in fetch(self.url + "/api/v2/alerts"))
        self.fire(
            {"alertname": "OutboxNotDraining", "severity": "critical", **project},
            {"alertname": "OutboxNotDraining", "severity": "critical", "namespace": "staging"},
            {"alertname": "Watchdog", "severity": "none", "part_of": "tidings"},
        )
        eventually("PagerDuty", lambda: self.told("/pagerduty", "NatsDisconnected"))
        eventually("Slack, too", lambda: self.told("/slack", "NatsDisconnected"))
        eventually("staging's own", lambda: [b for b in self.told("/slack", "OutboxNotDraining") if "staging" in b])
        eventually("the dead man's switch", lambda: self.told("/watchdog", "Watchdog"))
        # Once this one is told, what came before it would have been.
        self.fire({"alertname": "PodRestarting", "severity": "warning", **project})
        eventually("one that came later", lambda: self.told("/slack", "PodRestarting"))
        self.assertEqual([], self.told("/pagerduty", "OutboxNotDraining"))
        self.assertEqual([], [b for b in self.told("/slack", "OutboxNotDraining") if "project" in b])
        self.assertEqual([], self.told("/pagerduty", "PodRestarting"))
        self.assertEqual("key-of-the-test", json.loads(self.told("/pagerduty", "NatsDisconnected")[0])["routing_key"])

    def test_has_the_metrics_of_its_own_alerts_where_all_are_scraped(self):
        text = fetch(self.metrics + "/metrics")
        rules = yaml.safe_load((COMPONENTS / "alertmanager/rules/alertmanager.yaml").read_text())["spec"]["groups"][0]
        for rule in rules["rules"]:
            (name,) = set(re.findall(r"\balertmanager_\w+", rule["expr"]))
            self.assertRegex(text, rf"(?m)^{name}\b")
            for label in re.findall(r"by \(namespace, (\w+)\)", rule["expr"]):
                self.assertTrue(label == "pod" or f'{label}="' in text, label)


if __name__ == "__main__":
    unittest.main()
