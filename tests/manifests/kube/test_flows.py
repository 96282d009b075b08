"""The network policies allow exactly the flows of the design: interpreted as by Kubernetes, and listed."""

import unittest

from policy import render
from policy.objects import clusters, dig, kind, matches, pods

from .overlays import build, get

NAME = "app.kubernetes.io/name"
# Set by the deployer, on whatever namespace it is.
GATEWAY, RUNNER = "tidings.io/gateway", "tidings.io/promote-runner"
NAMESPACE = "kubernetes.io/metadata.name"
# Other than our pods: namespaces, and external addresses.
FOREIGN = ("gateway", "monitoring", "kube-system")
BASE = {
    "broadcaster -> internet any",
    "broadcaster -> nats 4222",
    "gateway -> broadcaster 8002",
    "gateway -> todo-be 8002",
    "gateway -> todo-fe 8080",
    "monitoring -> broadcaster 7777",
    "monitoring -> nats 7777",
    "monitoring -> todo-be 7777",
    "monitoring -> todo-cron 7777",
    "monitoring -> todo-fe 7777",
    "nats -> nats 6222",
    "todo-be -> nats 4222",
    "todo-cron -> internet 443",
    "todo-cron -> todo-be 8002",
    "todo-fe -> broadcaster 8002",
    "todo-fe -> todo-be 8002",
}
DATABASE = {"todo-be -> postgres 5432", "todo-be-migrate -> postgres 5432"}
BACKUP = {"wal-archive -> postgres 5432", "backup-postgres -> postgres 5432", "backup-jetstream -> nats 4222"}
BACKUP |= {"promote-runner -> postgres 5432"}
# To staging's database, wherever it is: in its namespace, or managed.
REFRESH = {"data-refresh -> postgres 5432", "data-refresh -> staging 5432", "data-refresh -> private 5432"}
# The API server, whose address is not known in advance.
NIGHT = {"night-shutdown -> anywhere 443", "night-shutdown -> anywhere 6443"}
# Application Gateway for Containers: from its subnet, to what a gateway in the cluster reaches, and nothing else.
AZURE_GATEWAY = {flow.replace("gateway ->", "private ->") for flow in BASE if flow.startswith("gateway ->")}
# The provider's keys.
IDENTITY = {"todo-be -> internet 443"}
PRODUCTION = BASE | DATABASE | BACKUP | REFRESH | IDENTITY
# Of components that an overlay may list.
OF = {
    "alertmanager": {
        "monitoring -> alertmanager 9093",
        "monitoring -> alertmanager 7777",
        "alertmanager -> internet 443",
    },
    "dragonfly-cache": {"todo-be -> dragonfly 6379"},
    "postgres-exporter": {"monitoring -> postgres-exporter 7777", "postgres-exporter -> postgres 5432"},
}


def peers(peer, labels):
    """Whom a rule's peer selects: names of our pods, foreign namespaces, internet or private; no peer is anywhere."""
    if not peer:
        return {"anywhere"}
    if "ipBlock" in peer:
        return {"internet"} if peer["ipBlock"]["cidr"] in ("0.0.0.0/0", "2000::/3") else {"private"}
    if dig(peer, "namespaceSelector", "matchLabels", GATEWAY) == "true":
        return {"gateway"}
    if dig(peer, "namespaceSelector", "matchLabels", RUNNER) == "true":
        return {"promote-runner"}
    if "namespaceSelector" in peer:
        return {peer["namespaceSelector"]["matchLabels"][NAMESPACE]}
    return {name for name, l in labels.items() if matches(peer["podSelector"], l)}


def half(objects, direction, end):
    """{(pod, peer, port)} that the policies of one direction let through; DNS is checked by the policy's own rule."""
    labels = {p.labels[NAME]: p.labels for p in pods(objects)} | {l[NAME]: l for _, l in clusters(objects)}
    found = set()
    for policy in kind(objects, "NetworkPolicy"):
        mine = {n for n, l in labels.items() if matches(policy["spec"]["podSelector"], l)}
        for rule in policy["spec"].get(direction, []):
            ports = [p["port"] for p in rule.get("ports", [])] or ["any"]
            found |= {
                (me, who, port)
                for me in mine
                for peer in rule.get(end) or [None]
                for who in peers(peer, labels)
                for port in ports
                if port != 53
            }
    return found


def flows(objects):
    """Between our pods both sides must agree."""
    ours = {p.labels[NAME] for p in pods(objects)} | {labels[NAME] for _, labels in clusters(objects)}
    going, coming = half(objects, "egress", "to"), {
        (who, me, port) for me, who, port in half(objects, "ingress", "from")
    }
    both = {f for f in going & coming}
    outside = {f for f in going if f[1] not in ours} | {f for f in coming if f[0] not in ours}
    return {f"{a} -> {b} {port}" for a, b, port in both | outside}


class Flows(unittest.TestCase):
    def test_production(self):
        self.assertEqual(flows(build("production")), PRODUCTION)

    def test_feature(self):
        self.assertEqual(flows(build("feature")), BASE | DATABASE)

    def test_staging_reaches_its_database_outside_and_sleeps_at_night(self):
        managed = {f"{who} -> private 5432" for who in ("todo-be", "todo-be-migrate")}
        self.assertEqual(flows(build("staging")), BASE | managed | NIGHT | IDENTITY)

    def test_on_azure_the_managed_agent_scrapes(self):
        agent = {f"kube-system -> {who} 7777" for who in ("broadcaster", "nats", "todo-be", "todo-cron", "todo-fe")}
        self.assertEqual(flows(build("azure-production")), PRODUCTION | agent | AZURE_GATEWAY)
        self.assertEqual(flows(build("azure-feature")), BASE | DATABASE | agent | AZURE_GATEWAY)

    def test_three_databases_speak_to_each_other_and_to_their_operator(self):
        operator = {f"cnpg-system -> postgres {port}" for port in (5432, 8000)}
        agree = {f"postgres -> anywhere {port}" for port in (443, 6443)} | {"postgres -> postgres 5432"}
        found = flows(render.with_components("production", ["postgres-ha"], without=["backup", "data-refresh"]))
        runner = {"promote-runner -> postgres 5432"}
        self.assertEqual(found, BASE | DATABASE | IDENTITY | runner | operator | agree)

    def test_each_component_adds_its_own(self):
        for component, added in OF.items():
            self.assertEqual(flows(render.with_components("production", [component])) - PRODUCTION, added, component)

    def test_an_extra_flow_is_detected(self):
        objects = build("production")
        rule = {"from": [{"podSelector": {}}], "ports": [{"port": 5432}]}
        dig(
            next(o for o in objects if o["metadata"]["name"] == "postgres" and o["kind"] == "NetworkPolicy"),
            "spec",
            "ingress",
        ).append(rule)
        going = {"to": [{"podSelector": {"matchLabels": {NAME: "postgres"}}}], "ports": [{"port": 5432}]}
        dig(
            next(o for o in objects if o["metadata"]["name"] == "broadcaster" and o["kind"] == "NetworkPolicy"),
            "spec",
            "egress",
        ).append(going)
        self.assertIn("broadcaster -> postgres 5432", flows(objects))

    def test_a_rule_without_a_peer_is_detected(self):
        objects = build("feature")
        for policy, direction in (("todo-fe", "ingress"), ("todo-be", "egress")):
            dig(get(objects, "NetworkPolicy", policy), "spec", direction).append({"ports": [{"port": 9}]})
        self.assertEqual(flows(objects) - BASE - DATABASE, {"anywhere -> todo-fe 9", "todo-be -> anywhere 9"})


if __name__ == "__main__":
    unittest.main()
