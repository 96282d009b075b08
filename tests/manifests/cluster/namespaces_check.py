"""Namespaces of every environment: closed by default, Pod Security `restricted`, deleted by nobody but who may."""

from kube.overlays import build
from policy.network import closed_by_default
from policy.objects import kind

from .api import Refused
from .deployed import DEPLOYED
from .waiting import wait_until

ABOUT = "in every namespace all traffic is denied first, pods must be `restricted`, only the deprovisioner deletes it"
SETTING = DEPLOYED
DEPROVISIONER = "system:serviceaccount:argocd:feature-deprovisioner"
HARMLESS = {"name": "c", "image": "x", "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}}}
HARMLESS["resources"] |= {"limits": HARMLESS["resources"]["requests"]}
HARMLESS["securityContext"] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
POD = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [HARMLESS],
}
# What each changes of POD, which itself is taken.
HARMFUL = {
    "root": {"securityContext": {"runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}},
    "no seccomp profile": {"securityContext": {"runAsNonRoot": True}},
    "the host's network": {"hostNetwork": True},
    "the host's files": {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]},
    "a capability": {"containers": [HARMLESS | {"securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}]},
}


def check(deployed, report):
    api = deployed.api
    for o in kind(build("feature"), "Namespace", "NetworkPolicy"):
        api.apply(o)
    wait_until(lambda: api.get(account_of(build("feature"))), "the namespace being ready for pods", 60)
    # Not development: that is for a cluster of one's own, and has no policies.
    for overlay in ("production", "staging", "feature"):
        namespace = kind(build(overlay), "Namespace")[0]
        report.add(overlay, [*of_traffic(api, namespace), *of_pods(api, namespace, report.counts)])
        report.add(overlay, of_deletion(deployed.cluster, namespace, report.counts))
    report.add("another team's", of_strangers(api))
    deployed.cluster.acting_as(DEPROVISIONER).delete(kind(build("feature"), "Namespace")[0])


def account_of(objects):
    """That of pods which name none, made by a controller."""
    about = {"name": "default", "namespace": kind(objects, "Namespace")[0]["metadata"]["name"]}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": about}


def of_traffic(api, namespace):
    name = namespace["metadata"]["name"]
    live = [{"kind": "NetworkPolicy", **o} for o in api.list("networking.k8s.io/v1", "NetworkPolicy", name)]
    return [f"{name}: {text}" for text in closed_by_default(live)] if live else [f"{name} has no network policy"]


def of_pods(api, namespace, counts):
    """As a dry run, of which quotas know nothing."""
    name = namespace["metadata"]["name"]
    if refusal := refused(api, name, POD):
        yield f"{name}: a harmless pod is refused: {refusal}"
    for what, change in HARMFUL.items():
        refusal = refused(api, name, POD | change)
        counts["refusals"] += 1
        if not refusal or "violates PodSecurity" not in refusal:
            yield f"{name}: a pod with {what} is not refused by Pod Security: {refusal or 'it is taken'}"


def refused(api, namespace, spec):
    """What the server says against such a pod."""
    try:
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "stranger", "namespace": namespace},
            "spec": spec,
        }
        api.call("POST", f"/api/v1/namespaces/{namespace}/pods", pod, dryRun="All")
    except Refused as wrong:
        return str(wrong)
    return None


def of_deletion(cluster, namespace, counts):
    """Only a branch's, and only by the deprovisioner: as a dry run, which is admitted in the same way."""
    name = namespace["metadata"]["name"]
    for who, may in ((None, False), (DEPROVISIONER, name.startswith("feature-"))):
        counts["refusals"] += not may
        if deletable(cluster.acting_as(who), name) != may:
            yield f"{who or 'the administrator'} may {'not ' if may else ''}delete {name}"


def of_strangers(api):
    """A namespace of another team is not ours to guard."""
    stranger = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "another-team"}}
    api.apply(stranger)
    if not deletable(api, "another-team"):
        yield "may not delete another team's namespace"
    api.delete(stranger)


def deletable(api, name):
    try:
        api.call("DELETE", f"/api/v1/namespaces/{name}", dryRun="All")
    except Refused as wrong:
        if wrong.status != 403:
            raise
        return False
    return True
