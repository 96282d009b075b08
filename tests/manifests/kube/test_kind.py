"""manifests/kind: what tools/try-on-kind and tools/e2e-on-kind apply keeps all rules, and fits their cluster."""

import copy
import sys
import unittest
import urllib.parse

import yaml
from policy import pod_security, problems, quota, render, schema
from policy.objects import dig, kind, pods
from policy.pods import requests_and_limits

from .overlays import get
from .test_flows import NAME, flows
from .test_runbook import secrets

sys.path.append(str(render.ROOT / "tools"))

from on_kind import checks, installation  # noqa: E402
from on_kind.flows import FLOWS, flow_pods  # noqa: E402
from release import checklist  # noqa: E402
from release.failure import Failure  # noqa: E402

CLUSTER = yaml.safe_load((render.ROOT / "manifests/kind/cluster.yaml").read_text("utf-8"))
ZONE = "topology.kubernetes.io/zone"
# Their volumes are optional, or of what is suspended.
NOT_NEEDED = {"endpoint-secrets", "data-refresh-target"}


def build(overlay):
    return copy.deepcopy(render.build(f"manifests/kind/{overlay}"))


def entrance(cluster, objects):
    """The address that leads to the page, through a node's port."""
    ports = [p["nodePort"] for p in get(objects, "Service", "entry")["spec"]["ports"]]
    mapped = [m for n in cluster["nodes"] for m in n.get("extraPortMappings", []) if m["containerPort"] in ports]
    return [f"http://{m['listenAddress']}:{m['hostPort']}" for m in mapped]


def container_port(objects, host, port):
    """(name of the pods, their port) behind a Service's port."""
    spec = get(objects, "Service", host)["spec"]
    name = spec.get("selector", {})[NAME]
    target = next(p.get("targetPort", p["port"]) for p in spec["ports"] if p["port"] == port)
    containers = [c for pod in pods(objects) if pod.labels.get(NAME) == name for c in pod.containers()]
    named = {p["name"]: p["containerPort"] for c in containers for p in c.get("ports", [])}
    return name, named.get(target, target)


class Kind(unittest.TestCase):
    def test_what_is_applied_keeps_all_rules(self):
        for overlay in ("try", "e2e"):
            objects = build(overlay)
            self.assertEqual(problems(objects), [], overlay)
            self.assertEqual(list(quota.exceeded(objects)), [], overlay)
            self.assertEqual(schema.problems(objects), [], overlay)

    def test_nothing_needs_what_a_new_cluster_does_not_have(self):
        for overlay in ("try", "e2e"):
            groups = {o["apiVersion"].rpartition("/")[0] for o in build(overlay)}
            own = {"", "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "scheduling.k8s.io"}
            self.assertEqual(groups - own, set(), overlay)

    def test_no_setting_is_left_to_be_filled_in(self):
        """todo-be does not start with a placeholder."""
        for overlay in ("try", "e2e", "staging"):
            with self.subTest(overlay):
                self.assertTrue(checklist.filled_in(yaml.safe_dump_all(kind(build(overlay), "ConfigMap"))))
        self.assertRaises(
            Failure, checklist.filled_in, yaml.safe_dump_all(kind(build("../overlays/staging"), "ConfigMap"))
        )

    def test_there_are_nodes_enough_each_in_its_zone(self):
        servers = get(build("e2e"), "StatefulSet", "nats")["spec"]["replicas"]
        zones = [n["labels"][ZONE] for n in CLUSTER["nodes"]]
        self.assertEqual((len(zones) >= servers, len(set(zones))), (True, len(zones)))

    def test_the_way_in_is_where_the_tools_look(self):
        for overlay in ("try", "e2e"):
            self.assertEqual(entrance(CLUSTER, build(overlay)), [installation.URL])
            host = urllib.parse.urlsplit(installation.URL).hostname
            self.assertEqual(host, "127.0.0.1", "the rest of the network must not get in")
        closed = build("e2e")
        get(closed, "Service", "entry")["spec"]["ports"][0]["nodePort"] = 30081
        self.assertEqual(entrance(CLUSTER, closed), [])

    def test_every_secret_that_a_pod_needs_is_made(self):
        made = {
            (o["metadata"]["name"], key)
            for o in installation.Credentials("project").objects()
            for key in o["stringData"]
        }
        used = {(name, key) for name, key in secrets(build("e2e")) if key and name not in NOT_NEEDED}
        self.assertGreater(len(used), 10)
        optional = {("broadcaster-credentials", "ENDPOINTS_KEY"), ("todo-be-credentials", "CALENDAR_SECRET")}
        self.assertEqual(used - made, optional)

    def test_the_flows_that_are_tried_are_those_of_the_policies(self):
        objects = build("e2e")
        design = flows(objects)
        for of, host, port, allowed in checks.FLOWS:
            name, at = container_port(objects, host, port)
            self.assertEqual(f"{of} -> {name} {at}" in design, allowed, (of, host, port))
        self.assertEqual({allowed for *_, allowed in checks.FLOWS}, {True, False})

    def test_pods_that_try_flows_are_let_in_and_no_service_leads_to_them(self):
        found = list(flow_pods("project", "natsio/nats-box:1"))
        self.assertEqual(sum(len(pod["spec"]["containers"]) for pod in found), len(FLOWS))
        self.assertEqual(schema.problems(found), [])
        self.assertEqual([text for rule in pod_security.RULES for text in rule(found)], [])
        self.assertEqual(list(requests_and_limits(found)), [], "the quota asks for them")
        pod = next(p for p in found if p["metadata"]["name"] == "flow-todo-be")
        selector = get(build("e2e"), "Service", "todo-app-be-svc")["spec"]["selector"]
        self.assertLessEqual(selector.items(), pod["metadata"]["labels"].items(), "it is taken for one of todo-be")
        for c in (c for p in found for c in p["spec"]["containers"]):
            self.assertEqual(dig(c, "readinessProbe", "exec", "command"), ["false"])

    def test_there_is_an_image_with_a_shell_to_try_flows_from(self):
        tested = checks.Checks(installation.Installation("e2e"), None)
        self.assertIn("natsio/nats-box:", tested.nats_box())

    def test_the_node_of_what_must_not_stop_is_left_alone(self):
        single = {"postgres", "receiver"}
        owners = {o["metadata"]["name"]: o for o in kind(build("e2e"), "StatefulSet", "Deployment")}
        self.assertEqual({n for n in single if owners[n]["spec"]["replicas"] == 1}, single)


if __name__ == "__main__":
    unittest.main()
