"""What the deployed NATS answers to its probes and to its exporter. On the machine's nats-server, and by
`./dev test --nats VERSION` on others: versions differ in what a path of /healthz stands for."""

import json
import unittest
import urllib.request

import yaml
from deployed_nats import container, deployed
from nats_client import client
from rendered import HERE
from servers import eventually, folder

from private_servers.nats import answers

CONSUMER = "account_details[].stream_detail[].consumer_detail[]"
# Where prometheus-nats-exporter has each metric from: collector/jsz.go, keys of /jsz; [] goes into a list.
SOURCES = {
    "jetstream_server_total_streams": "streams",
    "jetstream_server_max_storage": "config.max_storage",
    "jetstream_stream_total_messages": "account_details[].stream_detail[].state.messages",
    "jetstream_stream_total_bytes": "account_details[].stream_detail[].state.bytes",
    "jetstream_stream_last_seq": "account_details[].stream_detail[].state.last_seq",
    "jetstream_consumer_delivered_stream_seq": f"{CONSUMER}.delivered.stream_seq",
    "jetstream_consumer_num_ack_pending": f"{CONSUMER}.num_ack_pending",
    "jetstream_consumer_num_pending": f"{CONSUMER}.num_pending",
    "jetstream_consumer_num_redelivered": f"{CONSUMER}.num_redelivered",
    "jetstream_consumer_num_waiting": f"{CONSUMER}.num_waiting",
}
# What the exporter is told to ask for, and what it then asks (collector/collector.go).
PATHS = {"-varz": "varz", "-connz": "connz", "-routez": "routez", "-subz": "subsz", "-jsz=all": "jsz?accounts=true"}


def value(document, path):
    """At a path as in SOURCES; KeyError or IndexError where there is none."""
    for key in path.split("."):
        document = document[key.removesuffix("[]")]
        if key.endswith("[]"):
            document = document[0]
    return document


class Probes(unittest.TestCase):
    def start(self, overlay):
        where = folder()
        self.addCleanup(where.remove)
        nats = deployed(where.path / "nats", overlay)
        self.addCleanup(nats.stop)
        return nats

    def says(self, nats, probe, server=0):
        """Whether the kubelet would hear a yes."""
        found = container("nats", nats.of)[0][f"{probe}Probe"]["httpGet"]
        return answers(f"http://127.0.0.1:{nats.ports[server][1]}{found['path']}")

    def test_one_server_is_started_alive_and_ready(self):
        nats = self.start("staging")
        for probe in ("startup", "liveness", "readiness"):
            self.assertTrue(self.says(nats, probe), probe)

    def test_without_a_leader_a_server_is_not_ready_and_is_not_restarted(self):
        nats = self.start("production")
        eventually("all three are ready", lambda: all(self.says(nats, "readiness", n) for n in range(3)))
        for server in nats.servers[1:]:
            server.stop()
        eventually("the one that is left says that it has no leader", lambda: not self.says(nats, "readiness"))
        self.assertTrue(self.says(nats, "liveness"), "a restart would help nobody")
        nats.start(1)
        eventually("two of three are ready", lambda: self.says(nats, "readiness") and self.says(nats, "readiness", 1))

    def test_one_that_starts_alone_waits_for_the_others_alive(self):
        nats = self.start("production")
        for server in nats.servers:
            server.stop()
        nats.servers.clear()
        nats.start(0)
        eventually("it is alive", lambda: self.says(nats, "liveness"))
        for probe in ("startup", "readiness"):
            self.assertFalse(self.says(nats, probe), probe)


class Monitoring(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        where = folder()
        cls.addClassCleanup(where.remove)
        cls.nats = deployed(where.path / "nats", "staging")
        cls.addClassCleanup(cls.nats.stop)
        operator = client(cls.nats.url, "operator", cls.nats.password("OPERATOR"))
        operator.api("STREAM.CREATE.TODOS", {"name": "TODOS", "subjects": ["todos.events"], "storage": "file"})
        config = {"durable_name": "one", "ack_policy": "explicit"}
        operator.api("CONSUMER.DURABLE.CREATE.TODOS.one", {"stream_name": "TODOS", "config": config})
        operator.close()

    def ask(self, path):
        url = f"http://127.0.0.1:{self.nats.ports[0][1]}/{path}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)

    def test_everything_that_the_exporter_is_told_to_ask_for_is_answered(self):
        exporter = next(c for c in container("nats", "staging")[1]["containers"] if c["name"] == "metrics")
        told = [a for a in exporter["args"] if a in PATHS]
        self.assertEqual(set(told), set(PATHS))
        for argument in told:
            self.assertTrue(self.ask(PATHS[argument]), argument)

    def test_jsz_has_what_rules_and_dashboards_use(self):
        known = yaml.safe_load((HERE / "metrics_of_others.yaml").read_text(encoding="utf-8"))
        self.assertEqual({name for name in known if name.startswith("jetstream_")}, set(SOURCES))
        found = self.ask("jsz?accounts=true&streams=true&consumers=true&config=true")
        for name, path in SOURCES.items():
            self.assertIsInstance(value(found, path), int, name)

    def test_what_is_not_there_is_noticed(self):
        self.assertRaises(KeyError, value, {"a": [{"b": 1}]}, "a[].c")
        self.assertRaises(IndexError, value, {"a": []}, "a[].b")


if __name__ == "__main__":
    unittest.main()
