"""Every metric that a rule or a dashboard uses is one that the real programs export, after one event has gone its
whole way."""

import http.server
import json
import re
import threading
import unittest

import yaml

import monitoring_test as monitoring
from promql import family_of, metrics_in
from rendered import COMPONENTS, HERE
from servers import BUILD, eventually, fetch, folder, postgres

from private_servers.nats import Nats, answers
from private_servers.ports import free_port
from private_servers.process import Process

TARGET_LABELS = {"namespace", "pod", "job"}  # Prometheus adds them


class outside(http.server.BaseHTTPRequestHandler):
    """The system's surroundings: a receiver of webhooks, Wikipedia, a Pushgateway."""

    received, pushed = [], []

    def answer(self, code, headers=()):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return body

    def do_GET(self):
        self.answer(302, [("Location", "https://en.wikipedia.org/wiki/Otter")])

    def do_POST(self):
        self.received.append(self.answer(204))

    def do_PUT(self):
        self.pushed.append(self.answer(200).decode())

    def log_message(self, *_):
        pass


class exposition:
    """Types of metric families, and the labels of their samples, from Prometheus text."""

    def __init__(self, text):
        self.kinds = dict(re.findall(r"^# TYPE (\S+) (\w+)$", text, re.MULTILINE))
        self.samples = re.findall(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+", text, re.MULTILINE)

    def labels_of(self, name):
        return {label for sample, labels in self.samples if sample == name for label in re.findall(r'(\w+)="', labels)}


def expressions():
    rules = [
        (r.get("alert", r.get("record")), r["expr"])
        for s in monitoring.rules().values()
        for g in s["groups"]
        for r in g["rules"]
    ]
    return rules + [(f"{board}: {panel}", expr) for board, panel, expr in monitoring.queries()]


def stale(text, kinds):
    """Names in an expression that are not exported."""
    return {name for name in metrics_in(text) if not family_of(name, kinds)}


class metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        where = folder()
        cls.addClassCleanup(where.remove)
        database, cls.bus = postgres(where), Nats(where.path / "nats")
        cls.addClassCleanup(database.crash)
        cls.addClassCleanup(cls.bus.stop)
        database.recreate()
        world = http.server.ThreadingHTTPServer(("127.0.0.1", 0), outside)
        threading.Thread(target=world.serve_forever, daemon=True).start()
        cls.addClassCleanup(world.server_close)
        cls.addClassCleanup(world.shutdown)
        around = f"http://127.0.0.1:{world.server_port}"
        ports = {name: (free_port(), free_port()) for name in ("todo-be", "broadcaster", "todo-cron")}
        settings = {
            "broadcaster": {"WEBHOOK_URL": around + "/hook", "ALLOW_PRIVATE_ADDRESSES": "true"},
            "todo-be": {"DATABASE_URL": database.url()},
            "todo-cron": {
                "BACKEND_URL": f"http://127.0.0.1:{ports['todo-be'][0]}",
                "WIKIPEDIA_URL": around + "/wiki",
                "PUSHGATEWAY_URL": around,
            },
        }
        for name, more in settings.items():
            cls.run_program(where, name, ports[name], more)
        cls.await_the_event(where)
        # Gauges of the backlog follow every two seconds.
        texts = {
            name: eventually("the metrics of " + name, lambda: cls.after_the_event(ports[name][1]))
            for name in ("todo-be", "broadcaster")
        }
        cls.exported = exposition("\n".join([*texts.values(), *outside.pushed]))
        varz = json.loads(fetch(cls.bus.monitor + "/varz"))
        recorded = {
            r["record"] for s in monitoring.rules().values() for g in s["groups"] for r in g["rules"] if "record" in r
        }
        cls.kinds = {
            **cls.exported.kinds,
            **dict.fromkeys(recorded, "gauge"),
            **yaml.safe_load((HERE / "metrics_of_others.yaml").read_text()),
            **{"gnatsd_varz_" + key: "gauge" for key, value in varz.items() if isinstance(value, (int, float))},
        }

    @classmethod
    def run_program(cls, where, name, ports, more):
        port, metrics_port = ports
        environment = {"METRICS_PORT": str(metrics_port), **more}
        if name != "todo-cron":
            environment |= {"PORT": str(port), "NATS_URL": cls.bus.url}
        program = Process([BUILD / "bin" / name], where.path / (name + ".log"), environment)
        cls.addClassCleanup(program.stop)
        if name != "todo-cron":
            program.wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), "becoming ready")

    @staticmethod
    def await_the_event(where):
        try:
            eventually(
                "the webhook arrives, and todo-cron says how it went", lambda: outside.received and outside.pushed, 60
            )
        except AssertionError as late:
            logs = "".join(f"{log.name}:\n{log.read_text()[-2000:]}\n" for log in where.path.glob("*.log"))
            raise AssertionError(f"{late}; {len(outside.received)} posted, {len(outside.pushed)} put\n{logs}") from None

    @staticmethod
    def after_the_event(port):
        text = fetch(f"http://127.0.0.1:{port}/metrics")
        return (
            text
            if re.search(r"^(todo_http_requests_total|broadcaster_webhook_requests_total)\{", text, re.MULTILINE)
            else None
        )

    def test_that_are_used_are_exported(self):
        for where, text in expressions():
            self.assertTrue(metrics_in(text) or text == "vector(1)", where)
            self.assertEqual(set(), stale(text, self.kinds), where)

    def test_that_are_not_exported_are_detected(self):
        for text in (
            "rate(broadcaster_webhooks_total[5m])",
            "todo_outbox_pending_bucket",
            "todo_http_request_duration_seconds > 1",
            'max by (todo_x) (gnatsd_varz_flux{a="b"})',
        ):
            self.assertEqual(1, len(stale(text, self.kinds)), text)

    def test_have_the_queried_labels(self):
        for where, text in expressions():
            for name, selector in re.findall(r"(\w+)\{([^}]*)\}", text):
                if family_of(name, self.exported.kinds):
                    asked = set(re.findall(r'(\w+)\s*[=!]~?"', selector)) - TARGET_LABELS
                    self.assertLessEqual(asked, self.exported.labels_of(name), f"{where}: {name}")

    def test_of_latency_have_a_bucket_at_the_quarter_second_objective(self):
        self.assertTrue(
            [
                1
                for name, labels in self.exported.samples
                if name == "todo_http_request_duration_seconds_bucket" and 'le="0.25"' in labels
            ]
        )

    def test_of_the_autoscaler_are_exported(self):
        adapter = yaml.safe_load((COMPONENTS / "autoscale-on-backlog/prometheus-adapter.yaml").read_text())
        for rule in adapter["rules"]["external"]:
            self.assertIn(rule["name"]["as"], self.exported.kinds)

    def test_readers_are_recognised_by_their_consumers_names(self):
        streams = json.loads(fetch(self.bus.monitor + "/jsz?consumers=true"))["account_details"][0]["stream_detail"]
        consumers = {s["name"]: [c["name"] for c in s.get("consumer_detail", [])] for s in streams}
        self.assertTrue(consumers["TODOS"])
        for name in consumers["TODOS"]:
            self.assertTrue(name.startswith("broadcaster-workers_reader_"), name)


if __name__ == "__main__":
    unittest.main()
