"""Each rule about references between objects is enforced: production, broken in one place."""

import unittest

from . import defaults, names, network, references, routes, volumes
from .refusals import Refusals
from .sample import Environment

LABEL = "app.kubernetes.io/name"
OLD_SECCOMP = {"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"}
UNKNOWN_VAULT = {"name": "x", "csi": {"volumeAttributes": {"secretProviderClass": "x"}}}


VAULT = {"kind": "SecretProviderClass", "metadata": {"name": "vault"}}


def config_map(e, start):
    return next(o for o in e.objects if o["kind"] == "ConfigMap" and o["metadata"]["name"].startswith(start))


def route(e):
    return e.get("HTTPRoute", "todo-app-route")["spec"]


def webhooks(e):
    return next(r for r in route(e)["rules"] if r["matches"][0]["path"]["value"].endswith("/api/webhooks"))


def claim(e, name):
    return e.get("StatefulSet", name)["spec"]["volumeClaimTemplates"][0]


def later(o):
    """Its wave is the very last."""
    o["metadata"].setdefault("annotations", {})["argocd.argoproj.io/sync-wave"] = "99"


def blocks(e, name):
    return [t["ipBlock"] for r in e.get("NetworkPolicy", name)["spec"]["egress"] for t in r["to"] if "ipBlock" in t]


def without(found, field):
    del found[field]


class Defaults(Refusals, unittest.TestCase):
    room = defaults
    broken = [
        ("defaults_are_said", "leaves group", lambda e: without(route(e)["parentRefs"][0], "group")),
        ("defaults_are_said", "leaves weight", lambda e: without(route(e)["rules"][1]["backendRefs"][0], "weight")),
        ("defaults_are_said", "leaves type", lambda e: without(route(e)["rules"][0]["matches"][0]["path"], "type")),
        ("defaults_are_said", "leaves kind", lambda e: without(claim(e, "postgres"), "kind")),
        ("defaults_are_said", "leaves volumeMode", lambda e: without(claim(e, "nats")["spec"], "volumeMode")),
    ]


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
            "NodeLocal",
            lambda e: e.get("NetworkPolicy", "dns")["spec"]["egress"][0]["to"].pop(),
        ),
        (
            "everybody_may_look_up_names",
            "cannot look up",
            lambda e: e.get("NetworkPolicy", "dns")["spec"]["egress"][0]["ports"].pop(),
        ),
    ]

    def test_a_policy_may_select_the_pods_of_an_operator(self):
        e = Environment()
        e.get("NetworkPolicy", "todo-fe")["spec"]["podSelector"] = {"matchLabels": {"cnpg.io/cluster": "x"}}
        self.assertNotEqual(list(network.opened_for_somebody(e.objects)), [])
        e.objects.append({"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "x"}})
        self.assertEqual(list(network.opened_for_somebody(e.objects)), [])

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
        ("nothing_of_a_driver_is_left_over", "no pod", lambda e: e.objects.append(VAULT)),
        ("priorities_exist", "does not exist", lambda e: e.pod().update(priorityClassName="urgent")),
        (
            "services_lead_somewhere",
            "selects no pod",
            lambda e: e.get("Service", "nats")["spec"]["selector"].update({LABEL: "x"}),
        ),
        ("services_lead_somewhere", "port http", lambda e: e.main()["ports"].pop(0)),
        ("routes_lead_somewhere", "broadcaster-svc", lambda e: e.drop("Service", "broadcaster-svc")),
        (
            "waves_are_said",
            "needs the annotation",
            lambda e: e.get("StatefulSet", "nats")["metadata"].pop("annotations"),
        ),
        ("waves_in_order", "its ConfigMap", lambda e: later(config_map(e, "nats-config"))),
        ("waves_in_order", "HTTPRoute todo-app-route", lambda e: later(e.get("Service", "broadcaster-svc"))),
        ("waves_in_order", "its Secret postgres", lambda e: later(e.get("SealedSecret", "postgres-credentials"))),
        ("waves_in_order", "its ServiceAccount", lambda e: later(e.get("ServiceAccount", "tidings"))),
        ("waves_in_order", "its PersistentVolumeClaim", lambda e: later(e.get("PersistentVolumeClaim", "backup"))),
        ("waves_in_order", "its Service nats-headless", lambda e: later(e.get("Service", "nats-headless"))),
        ("waves_in_order", "HorizontalPodAutoscaler", lambda e: later(e.get("Deployment", "todo-be"))),
    ]


def near(e):
    """Where wal-archive must go."""
    term = e.pod("Deployment", "wal-archive")["affinity"]["podAffinity"]
    return term["requiredDuringSchedulingIgnoredDuringExecution"][0]


BACKUP = ("PersistentVolumeClaim", "backup")


def disk(o, size):
    o["spec"]["resources"]["requests"]["storage"] = size


class Volumes(Refusals, unittest.TestCase):
    room = volumes
    broken = [
        (
            "mounted_together_made_together",
            "restore-postgres mounts",
            lambda e: e.pod("Deployment", "wal-archive").pop("affinity"),
        ),
        ("mounted_together_made_together", "may be in two zones", lambda e: near(e).update(topologyKey="rack")),
        (
            "mounted_together_made_together",
            "may be in two zones",
            lambda e: near(e)["labelSelector"]["matchLabels"].update({LABEL: "nats"}),
        ),
    ]

    broken += [
        ("a_store_fits_its_disk", "max_file_store of 8GB", lambda e: disk(claim(e, "nats"), "9Gi")),
        ("backups_fit_their_volume", "smaller than the 22Gi", lambda e: disk(e.get(*BACKUP), "20Gi")),
        ("backups_fit_their_volume", "smaller than the 43Gi", lambda e: disk(claim(e, "postgres"), "20Gi")),
    ]


class Routes(Refusals, unittest.TestCase):
    room = routes
    broken = [
        ("routes_have_hosts", "needs hostnames", lambda e: without(route(e), "hostnames")),
        ("https_only", "sectionName", lambda e: without(route(e)["parentRefs"][0], "sectionName")),
        ("https_only", "/project/api/webhooks needs the header", lambda e: without(webhooks(e), "filters")),
        ("plain_http_is_sent_on", "no route sends", lambda e: e.drop("HTTPRoute", "todo-app-redirect")),
        ("plain_http_is_sent_on", "no route sends", lambda e: route(e).update(hostnames=["other.example"])),
    ]
