"""Differences of the environments, where parts of the manifests must agree."""

import re
import unittest

import yaml
from policy.objects import dig, kind

from .overlays import OVERLAYS, build, config, get, settings


def servers_of_nats(objects):
    return get(objects, "StatefulSet", "nats")["spec"].get("replicas", 1)


def environment(objects, kind_, name):
    return {e["name"]: e for e in get(objects, kind_, name)["spec"]["template"]["spec"]["containers"][0]["env"]}


class Staging(unittest.TestCase):
    objects = build("staging")

    def test_the_database_comes_from_the_vault(self):
        self.assertEqual([o for o in kind(self.objects, "StatefulSet") if o["metadata"]["name"] == "postgres"], [])
        for kind_, name in (("Deployment", "todo-be"), ("Job", "todo-be-migrate")):
            variables = environment(self.objects, kind_, name)
            self.assertEqual(variables["DATABASE_URL_FILE"]["value"], "/run/secrets/database/DATABASE_URL")
            self.assertNotIn("POSTGRES_PASSWORD_FILE", variables)
            volumes = get(self.objects, kind_, name)["spec"]["template"]["spec"]["volumes"]
            self.assertEqual(dig(volumes[0], "csi", "volumeAttributes", "secretProviderClass"), "tidings-vault")
            self.assertNotIn("secret", volumes[0])

    def test_webhooks_are_logged_unless_set(self):
        self.assertEqual(
            yaml.safe_load(config(self.objects, "broadcaster-config", "config.yaml")),
            {"endpoints": [{"name": "log", "format": "log-only"}]},
        )
        self.assertTrue(
            environment(self.objects, "Deployment", "broadcaster")["WEBHOOK_URL"]["valueFrom"]["secretKeyRef"][
                "optional"
            ]
        )


class Production(unittest.TestCase):
    objects = build("production")

    def test_the_broadcaster_scales_by_its_backlog_where_the_metric_is_served(self):
        for overlay, count in (("production", 2), ("azure-production", 0), ("staging", 0)):
            metrics = get(build(overlay), "HorizontalPodAutoscaler", "broadcaster")["spec"]["metrics"]
            self.assertEqual([m["type"] for m in metrics], ["Resource"] * 2 + ["External"] * count, overlay)

    def test_managed_prometheus_gets_no_operator_objects(self):
        for overlay, there in (
            ("production", True),
            ("staging", True),
            ("azure-production", False),
            ("azure-feature", False),
        ):
            found = [
                o
                for o in build(overlay)
                if o["apiVersion"].startswith("monitoring.coreos.com/") or o["metadata"]["name"] == "tidings-dashboards"
            ]
            self.assertEqual(bool(found), there, overlay)

    def test_each_server_of_nats_knows_all_others(self):
        text = config(self.objects, "nats-config", "nats.conf")
        self.assertRegex(text, r"sync_interval: \d+s")
        server = get(self.objects, "StatefulSet", "nats")["spec"]["template"]["spec"]["containers"][0]
        given = {e["name"]: e.get("value", "") for e in server["env"]}
        named = re.findall(r"\$(\w+)", re.search(r"(?m)^  routes: \[(.*)\]", text)[1])
        places = [f"nats-{number}.nats-headless:6222" for number in range(servers_of_nats(self.objects))]
        self.assertEqual([given[name].partition("@")[2] for name in named], places)

    def test_no_secret_template_is_left(self):
        for overlay in ("staging", "production", "azure-production"):
            self.assertEqual(kind(build(overlay), "Secret"), [], overlay)


class Others(unittest.TestCase):
    def test_streams_have_one_replica_per_server(self):
        for overlay in OVERLAYS:
            objects = build(overlay)
            values = settings(objects)
            self.assertEqual(
                {values["STREAM_REPLICAS"], values["JETSTREAM_REPLICAS"]}, {str(servers_of_nats(objects))}, overlay
            )

    def test_a_feature_calls_its_own_receiver(self):
        objects = build("feature")
        self.assertIn("fix-login", get(objects, "Secret", "broadcaster-credentials")["stringData"]["WEBHOOK_URL"])


if __name__ == "__main__":
    unittest.main()
