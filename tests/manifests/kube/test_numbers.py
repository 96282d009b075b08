"""The numbers that were agreed, read from what is rendered."""

import unittest

import yaml
from policy.objects import dig, kind

from .overlays import build, config, get, settings


def scaling(objects):
    return {o["metadata"]["name"]: (o["spec"]["minReplicas"], o["spec"]["maxReplicas"]) for o in kind(objects, "HorizontalPodAutoscaler")}


def nats(objects):
    spec = get(objects, "StatefulSet", "nats")["spec"]
    requests = spec["template"]["spec"]["containers"][0]["resources"]["requests"]
    storage = spec["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
    return spec.get("replicas", 1), requests["cpu"], requests["memory"], storage


def environment(objects, kind_, name):
    return {e["name"]: e for e in get(objects, kind_, name)["spec"]["template"]["spec"]["containers"][0]["env"]}


def labels_of_namespace(objects):
    return kind(objects, "Namespace")[0]["metadata"]["labels"]


class Staging(unittest.TestCase):
    objects = build("staging")

    def test_quota(self):
        self.assertEqual(
            get(self.objects, "ResourceQuota", "tidings")["spec"]["hard"],
            {
                "requests.cpu": "2", "requests.memory": "2Gi", "limits.cpu": "4", "limits.memory": "4Gi",
                "pods": "15", "requests.storage": "5Gi",
            },
        )

    def test_scaling_and_sizes(self):
        self.assertEqual(scaling(self.objects), {"todo-be": (1, 2), "todo-fe": (1, 2), "broadcaster": (1, 2)})
        self.assertEqual(nats(self.objects), (1, "250m", "256Mi", "1Gi"))

    def test_routed_by_host_without_a_base_path(self):
        self.assertEqual(settings(self.objects)["API_BASE_PATH"], "")
        self.assertEqual(get(self.objects, "HTTPRoute", "todo-app-route")["spec"]["hostnames"], ["staging.tidings.example"])
        self.assertEqual(labels_of_namespace(self.objects)["dev-gateway-access"], "allowed")

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
        self.assertEqual(yaml.safe_load(config(self.objects, "broadcaster-config", "config.yaml")), {"endpoints": [{"name": "log", "format": "log-only"}]})
        self.assertTrue(environment(self.objects, "Deployment", "broadcaster")["WEBHOOK_URL"]["valueFrom"]["secretKeyRef"]["optional"])


class Production(unittest.TestCase):
    objects = build("production")

    def test_quota(self):
        hard = get(self.objects, "ResourceQuota", "tidings")["spec"]["hard"]
        self.assertEqual((hard["requests.cpu"], hard["requests.memory"]), ("3", "3Gi"))

    def test_scaling(self):
        self.assertEqual(scaling(self.objects), {"todo-be": (1, 5), "todo-fe": (1, 3), "broadcaster": (1, 5)})
        for o in kind(self.objects, "HorizontalPodAutoscaler"):
            wanted = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in o["spec"]["metrics"] if m["type"] == "Resource"}
            self.assertEqual(wanted, {"cpu": 70, "memory": 80})
            pace = {k: v["stabilizationWindowSeconds"] for k, v in o["spec"]["behavior"].items()}
            self.assertEqual(pace, {"scaleUp": 60, "scaleDown": 300})

    def test_the_broadcaster_also_scales_by_its_backlog_except_where_nobody_answers_for_it(self):
        for overlay, count in (("production", 2), ("azure-production", 0), ("staging", 0)):
            metrics = get(build(overlay), "HorizontalPodAutoscaler", "broadcaster")["spec"]["metrics"]
            self.assertEqual([m["type"] for m in metrics], ["Resource"] * 2 + ["External"] * count, overlay)

    def test_the_operators_objects_stay_away_from_managed_prometheus(self):
        for overlay, there in (("production", True), ("staging", True), ("azure-production", False), ("azure-feature", False)):
            found = [o for o in build(overlay) if o["apiVersion"].startswith("monitoring.coreos.com/") or o["metadata"]["name"] == "tidings-dashboards"]
            self.assertEqual(bool(found), there, overlay)

    def test_nats_is_a_cluster_of_three_that_syncs(self):
        self.assertEqual(nats(self.objects), (3, "500m", "512Mi", "10Gi"))
        text = config(self.objects, "nats-config", "nats.conf")
        self.assertRegex(text, r"sync_interval: \d+s")
        for number in range(3):
            self.assertIn(f"nats://nats-{number}.nats-headless:6222", text)

    def test_its_namespace_and_path(self):
        self.assertEqual(labels_of_namespace(self.objects)["gateway-access"], "allowed")
        self.assertEqual(settings(self.objects)["API_BASE_PATH"], "/project")

    def test_no_template_of_a_secret_is_left(self):
        for overlay in ("staging", "production", "azure-production"):
            self.assertEqual(kind(build(overlay), "Secret"), [], overlay)


class Others(unittest.TestCase):
    def test_streams_have_no_more_copies_than_there_are_servers(self):
        for overlay, copies in (("development", "1"), ("feature", "1"), ("staging", "1"), ("production", "3")):
            objects = build(overlay)
            values = settings(objects)
            self.assertEqual((values["STREAM_REPLICAS"], values["JETSTREAM_REPLICAS"], str(nats(objects)[0])), (copies,) * 3, overlay)

    def test_a_feature_is_small_talkative_and_calls_a_test_receiver(self):
        objects = build("feature")
        self.assertEqual(settings(objects)["LOG_LEVEL"], "debug")
        self.assertEqual({o["spec"]["replicas"] for o in kind(objects, "Deployment", "StatefulSet")}, {1})
        self.assertEqual(kind(objects, "HorizontalPodAutoscaler"), [])
        self.assertIn("fix-login", get(objects, "Secret", "broadcaster-credentials")["stringData"]["WEBHOOK_URL"])

    def test_development_has_everything_in_the_cluster(self):
        objects = build("development")
        self.assertEqual({o["metadata"]["name"] for o in kind(objects, "StatefulSet")}, {"postgres", "nats"})
        self.assertEqual(len(kind(objects, "PriorityClass")), 3)
        self.assertEqual(kind(objects, "SecretProviderClass"), [])


if __name__ == "__main__":
    unittest.main()
