"""Network policies, where there are some."""

import ipaddress
import pathlib
import re

from .objects import clusters, dig, kind, matches, pods, title

ADDRESS_POLICY = pathlib.Path(__file__).parents[3] / "libs/http/client/address_policy.cpp"


def refused_by_the_broadcaster():
    """The networks of the tables closed_v4 and closed_v6: what no webhook may be sent to, no policy needs to let
    through."""
    source = ADDRESS_POLICY.read_text(encoding="utf-8")
    for table, size in (("closed_v4", 4), ("closed_v6", 16)):
        rows = source.split(f"{table}[] = {{")[1].split("};")[0]
        for numbers, length in re.findall(r"\{\{([^}]*)\}, (\d+)\}", rows):
            given = bytes(int(n, 0) for n in numbers.split(","))
            yield ipaddress.ip_network((given.ljust(size, b"\0"), int(length)))


# And what of IPv6 lies outside 2000::/3, which the broadcaster refuses as a whole.
INSIDE = [*refused_by_the_broadcaster(), *(ipaddress.ip_network(n) for n in ("fc00::/7", "fe80::/10", "::1/128"))]


NODE_DNS = ipaddress.ip_address("169.254.20.10")


def closed_by_default(objects):
    """One policy denies all traffic of all pods; the others only allow."""
    policies = kind(objects, "NetworkPolicy")
    closing = [
        p
        for p in policies
        if p["spec"]["podSelector"] == {}
        and set(p["spec"].get("policyTypes", [])) == {"Ingress", "Egress"}
        and not p["spec"].get("ingress")
        and not p["spec"].get("egress")
    ]
    if policies and not closing:
        yield "there are network policies, but none that denies everything first"


def outside_is_not_inside(objects):
    """Who may call the internet may not reach private addresses that way: cluster, cloud metadata, neighbours. Who
    has a token
    of the Kubernetes API may call port 443 or 6443 of anything: the API's address is not known beforehand."""
    for policy in kind(objects, "NetworkPolicy"):
        for rule in policy["spec"].get("egress", []):
            if "to" not in rule and not (
                _calls_the_api(policy, objects) and {p.get("port") for p in rule.get("ports", [{}])} <= {443, 6443}
            ):
                yield f"{title(policy)} lets its pods call everything"
            for block in filter(None, (t.get("ipBlock") for t in rule.get("to", []))):
                yield from (f"{title(policy)}: {block['cidr']} must except {net}" for net in _open(block))


def _calls_the_api(policy, objects):
    return all(
        p.spec.get("automountServiceAccountToken") is not False or _mounts_a_token(p)
        for p in pods(objects)
        if matches(policy["spec"]["podSelector"], p.labels)
    )


def _mounts_a_token(pod):
    sources = [s for v in pod.spec.get("volumes", []) for s in dig(v, "projected", "sources", default=[])]
    return any("serviceAccountToken" in s for s in sources)


def _open(block):
    """The private networks that a wider block does not except. A block inside a private network is intended."""
    whole = ipaddress.ip_network(block["cidr"])
    excepted = [ipaddress.ip_network(e) for e in block.get("except", [])]
    for net in INSIDE:
        if net.version == whole.version and whole.supernet_of(net) and whole != net:
            if not any(e.version == net.version and e.supernet_of(net) for e in excepted):
                yield net


def opened_for_somebody(objects):
    """A policy that selects no pod is a leftover or a typo."""
    everything = [p.labels for p in pods(objects)] + [labels for _, labels in clusters(objects)]
    for policy in kind(objects, "NetworkPolicy"):
        selector = policy["spec"]["podSelector"]
        if everything and not any(matches(selector, labels) for labels in everything):
            yield f"{title(policy)} selects no pod"


def everybody_may_look_up_names(objects):
    """Where egress is denied, DNS is allowed for every pod, UDP and TCP: the cluster's, and the node's own cache."""
    policies = kind(objects, "NetworkPolicy")
    for pod in pods(objects) if policies else []:
        for resolver, is_it in (("the cluster's DNS", _is_cluster_dns), ("NodeLocal DNSCache", _is_node_dns)):
            open_ports = {
                (p.get("protocol", "TCP"), p.get("port"))
                for policy in policies
                if matches(policy["spec"]["podSelector"], pod.labels)
                for rule in policy["spec"].get("egress", [])
                for p in rule.get("ports", [])
                if any(is_it(to) for to in rule.get("to", []))
            }
            if not {("UDP", 53), ("TCP", 53)} <= open_ports:
                yield f"{pod.name} cannot look up names at {resolver}"


def _is_cluster_dns(peer):
    return dig(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name") == "kube-system"


def _is_node_dns(peer):
    """https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns: a link-local address."""
    block = dig(peer, "ipBlock", "cidr")
    return block is not None and NODE_DNS in ipaddress.ip_network(block)


RULES = [closed_by_default, outside_is_not_inside, opened_for_somebody, everybody_may_look_up_names]
