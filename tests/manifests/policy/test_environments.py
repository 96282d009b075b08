"""Each rule about references between objects is enforced: production, broken in one place."""

import unittest

from . import names, network, quota, references, scaling
from .refusals import Refusals
from .sample import Environment

LABEL = "app.kubernetes.io/name"
OLD_SECCOMP = {"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}
UNKNOWN_VAULT = {"name": "x", "csi": {"volumeAttributes": {"secretProviderClass": "x"}}}


def config_map(e, start):
    return next(o for o in e.objects if o["kind"] == "ConfigMap" and o["metadata"]["name"].startswith(start))


def blocks(e, name):
    return [t["ipBlock"] for r in e.get("NetworkPolicy", name)["spec"]["egress"] for t in r["to"] if "ipBlock" in t]


class Names(Refusals, unittest.TestCase):
    room = names
    broken = [
        ("labelled", LABEL, lambda e: e.get("Service", "nats")["metadata"]["labels"].pop(LABEL)),
        (
            "labelled",
            "not part of",
            lambda e: e.get("Service", "nats")["metadata"]["labels"].update({"app.kubernetes.io/part-of": "x"}),
        ),
        ("labelled", "its pods", lambda e: e.template("CronJob", "todo-cron")["metadata"]["labels"].pop(LABEL)),
        (
            "selected_by_name_only",
            "todo-be",
            lambda e: e.get("Deployment", "todo-be")["spec"]["selector"]["matchLabels"].update(version="1"),
        ),
        ("selected_by_name_only", "nats", lambda e: e.get("Service", "nats")["spec"]["selector"].update(version="1")),
        ("names_fit", "at most 63", lambda e: e.get("Service", "nats")["metadata"].update(name="n" * 64)),
        ("names_fit", "at most 52", lambda e: e.get("CronJob", "todo-cron")["metadata"].update(name="n" * 53)),
        ("names_fit", "lower-case", lambda e: e.get("Service", "nats")["metadata"].update(name="Nats_1")),
        ("names_fit", "namespace", lambda e: e.get("Service", "nats")["metadata"].update(namespace="n" * 64)),
        ("names_fit", "value of label", lambda e: e.get("Service", "nats")["metadata"]["labels"].update(branch="a/b")),
        ("no_placeholder", "BRANCH_NAME", lambda e: e.env("HOST", "BRANCH_NAME.example")),
        ("said_once", "twice", lambda e: e.objects.append(e.get("Service", "nats"))),
        (
            "nothing_deprecated",
            "autoscaling/v2beta2",
            lambda e: e.get("HorizontalPodAutoscaler", "todo-be").update(apiVersion="autoscaling/v2beta2"),
        ),
        (
            "nothing_deprecated",
            "Endpoints",
            lambda e: e.objects.append({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "x"}}),
        ),
        ("nothing_deprecated", "serviceAccount", lambda e: e.pod().update(serviceAccount="tidings")),
        (
            "nothing_deprecated",
            "seccomp",
            lambda e: e.template("Deployment", "todo-be")["metadata"].update(annotations=OLD_SECCOMP),
        ),
    ]


class Network(Refusals, unittest.TestCase):
    room = network
    broken = [
        ("closed_by_default", "denies everything", lambda e: e.drop("NetworkPolicy", "deny-all")),
        (
            "outside_is_not_inside",
            "169.254.0.0/16",
            lambda e: blocks(e, "broadcaster")[0]["except"].remove("169.254.0.0/16"),
        ),
        (
            "outside_is_not_inside",
            "168.63.129.16/32",
            lambda e: blocks(e, "broadcaster")[0]["except"].remove("168.63.129.16/32"),
        ),
        ("outside_is_not_inside", "2002::/16", lambda e: blocks(e, "broadcaster")[1]["except"].remove("2002::/16")),
        ("outside_is_not_inside", "fc00::/7", lambda e: blocks(e, "todo-cron")[1].update(cidr="::/0")),
        (
            "outside_is_not_inside",
            "call everything",
            lambda e: e.get("NetworkPolicy", "todo-cron")["spec"]["egress"].append({}),
        ),
        (
            "opened_for_somebody",
            "selects no pod",
            lambda e: e.get("NetworkPolicy", "todo-fe")["spec"].update(podSelector={"matchLabels": {LABEL: "fe"}}),
        ),
        (
            "everybody_may_look_up_names",
            "cannot look up",
            lambda e: e.get("NetworkPolicy", "dns")["spec"]["egress"][0]["ports"].pop(),
        ),
    ]

    def test_pods_with_kubernetes_access_may_reach_its_port(self):
        e = Environment()
        e.get("NetworkPolicy", "todo-cron")["spec"]["egress"].append({"ports": [{"port": 6443}]})
        self.assertNotEqual(list(network.outside_is_not_inside(e.objects)), [])
        e.pod("CronJob", "todo-cron").pop("automountServiceAccountToken")
        self.assertEqual(list(network.outside_is_not_inside(e.objects)), [])


class References(Refusals, unittest.TestCase):
    room = references
    broken = [
        ("config_maps_exist", "tidings-settings", lambda e: e.objects.remove(config_map(e, "tidings-settings"))),
        ("config_maps_exist", "nats-config", lambda e: e.objects.remove(config_map(e, "nats-config"))),
        ("identities_and_claims_exist", "ServiceAccount", lambda e: e.drop("ServiceAccount", "tidings")),
        (
            "identities_and_claims_exist",
            "claim lost",
            lambda e: e.pod()["volumes"].append({"name": "x", "persistentVolumeClaim": {"claimName": "lost"}}),
        ),
        ("identities_and_claims_exist", "SecretProviderClass", lambda e: e.pod()["volumes"].append(UNKNOWN_VAULT)),
        ("priorities_exist", "does not exist", lambda e: e.pod().update(priorityClassName="urgent")),
        (
            "services_lead_somewhere",
            "selects no pod",
            lambda e: e.get("Service", "nats")["spec"]["selector"].update({LABEL: "x"}),
        ),
        ("services_lead_somewhere", "port http", lambda e: e.main()["ports"].pop(0)),
        ("routes_lead_somewhere", "broadcaster-svc", lambda e: e.drop("Service", "broadcaster-svc")),
        (
            "waves_in_order",
            "needs the annotation",
            lambda e: e.get("StatefulSet", "nats")["metadata"].pop("annotations"),
        ),
        (
            "waves_in_order",
            "comes before",
            lambda e: config_map(e, "nats-config")["metadata"]["annotations"].update(
                {"argocd.argoproj.io/sync-wave": "9"}
            ),
        ),
    ]


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
