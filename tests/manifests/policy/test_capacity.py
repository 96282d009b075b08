"""Each rule about scaling and quotas is enforced: production, broken in one place."""

import unittest

from . import quota, scaling
from .refusals import Refusals
from .sample import Environment


class Scaling(Refusals, unittest.TestCase):
    room = scaling
    broken = [
        (
            "no_replicas_beside_an_autoscaler",
            "replicas",
            lambda e: e.get("Deployment", "todo-be")["spec"].update(replicas=2),
        ),
        ("autoscalers_have_a_target", "does not exist", lambda e: e.drop("Deployment", "todo-fe")),
        (
            "autoscalers_have_a_target",
            "minReplicas",
            lambda e: e.get("HorizontalPodAutoscaler", "todo-be")["spec"].update(minReplicas=6),
        ),
        (
            "autoscalers_have_a_target",
            "another",
            lambda e: e.get("HorizontalPodAutoscaler", "todo-fe")["spec"]["scaleTargetRef"].update(name="todo-be"),
        ),
        (
            "drains_leave_one",
            "nobody is left",
            lambda e: e.get("HorizontalPodAutoscaler", "todo-be")["spec"].update(minReplicas=1),
        ),
        (
            "drains_can_go_on",
            "drained",
            lambda e: e.get("PodDisruptionBudget", "todo-be")["spec"].update(maxUnavailable=0),
        ),
        (
            "drains_can_go_on",
            "drained",
            lambda e: e.get("PodDisruptionBudget", "todo-be")["spec"].update(minAvailable=1),
        ),
        ("drains_can_go_on", "protects no pod", lambda e: e.drop("Deployment", "todo-be")),
    ]


class Quota(unittest.TestCase):
    """The arithmetic, on production with one change."""

    def assert_exceeds(self, words, change):
        e = Environment()
        self.assertEqual(list(quota.exceeded(e.objects)), [])
        change(e)
        self.assertIn(words, "; ".join(quota.exceeded(e.objects)))

    def test_the_servers_that_an_operator_makes_count(self):
        cluster = {
            "apiVersion": "postgresql.cnpg.io/v1",
            "kind": "Cluster",
            "metadata": {"name": "x"},
            "spec": {"instances": 3, "storage": {"size": "20Gi"}, "resources": {"requests": {"cpu": "1"}}},
        }
        for words in ("requests.cpu: up to", "requests.storage: up to"):
            self.assert_exceeds(words, lambda e: e.objects.append(cluster))

    def test_more_replicas_than_the_quota_allows(self):
        self.assert_exceeds(
            "requests.cpu: up to", lambda e: e.get("HorizontalPodAutoscaler", "todo-be")["spec"].update(maxReplicas=20)
        )
        self.assert_exceeds(
            "pods: up to 43", lambda e: e.get("HorizontalPodAutoscaler", "todo-be")["spec"].update(maxReplicas=20)
        )

    def test_a_rollout_with_many_more_pods(self):
        self.assert_exceeds(
            "limits.cpu: up to",
            lambda e: e.get("Deployment", "todo-be")["spec"]["strategy"]["rollingUpdate"].update(maxSurge="400%"),
        )

    def test_an_init_container_larger_than_all_the_others(self):
        setup = {"name": "setup", "resources": {"requests": {"memory": "1Gi"}}}
        self.assert_exceeds("requests.memory: up to", lambda e: e.pod().update(initContainers=[setup]))

    def test_claims_of_every_replica(self):
        size = {"resources": {"requests": {"storage": "20Gi"}}}
        self.assert_exceeds(
            "requests.storage: up to",
            lambda e: e.get("StatefulSet", "nats")["spec"]["volumeClaimTemplates"][0]["spec"].update(size),
        )
        scratch = {"volumeClaimTemplate": {"spec": size}}
        self.assert_exceeds(
            "requests.storage: up to", lambda e: e.pod(name="todo-fe")["volumes"][0].update(ephemeral=scratch)
        )

    def test_a_job_counts(self):
        self.assert_exceeds(
            "requests.cpu: up to", lambda e: e.main("CronJob", "todo-cron")["resources"]["requests"].update(cpu="500m")
        )

    def test_a_sidecar_counts_for_each_pod(self):
        orders = {"sidecar.istio.io/proxyCPU": "1", "sidecar.istio.io/proxyMemoryLimit": "8Gi"}
        for words in ("requests.cpu: up to 8.880", "limits.memory: up to"):
            self.assert_exceeds(
                words, lambda e: e.template("Deployment", "todo-be")["metadata"].update(annotations=orders)
            )

    def test_an_unknown_resource_name(self):
        self.assert_exceeds(
            "nothing here adds that up",
            lambda e: e.get("ResourceQuota", "tidings")["spec"]["hard"].update({"count/widgets": "1"}),
        )
