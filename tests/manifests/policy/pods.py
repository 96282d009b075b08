"""Rules for every pod, besides security."""

from .objects import dig, kind, pods, quantity
from .scaling import least_replicas


def requests_and_limits(objects):
    """CPU and memory, of every container, init containers too; a request is not above its limit."""
    for pod in pods(objects):
        for c in pod.containers():
            where = f"{pod.name}, container {c['name']}"
            for resource in ("cpu", "memory"):
                request, limit = (dig(c, "resources", of, resource) for of in ("requests", "limits"))
                if request is None or limit is None:
                    yield f"{where} needs a request and a limit of {resource}"
                elif quantity(request) > quantity(limit):
                    yield f"{where} requests more {resource} ({request}) than its limit ({limit})"


def bounded_scratch(objects):
    """An emptyDir has a sizeLimit: without, one pod fills its node's disk."""
    for pod in pods(objects):
        for v in pod.spec.get("volumes", []):
            if "emptyDir" in v and "sizeLimit" not in (v["emptyDir"] or {}):
                yield f"{pod.name}, volume {v['name']} needs emptyDir.sizeLimit"


def no_token(objects):
    """No pod mounts a token of the Kubernetes API, unless its identity is one made for the API (bound to a role
    here)."""
    bindings = kind(objects, "RoleBinding", "ClusterRoleBinding")
    bound = {s["name"] for o in bindings for s in o.get("subjects", [])}
    for pod in pods(objects):
        if (
            pod.spec.get("automountServiceAccountToken") is not False
            and pod.spec.get("serviceAccountName") not in bound
        ):
            yield f"{pod.name} needs automountServiceAccountToken: false"


def no_service_links(objects):
    """A Service named postgres would put POSTGRES_PORT=tcp://... into the environment, which our settings refuse."""
    for pod in pods(objects):
        if pod.spec.get("enableServiceLinks") is not False:
            yield f"{pod.name} needs enableServiceLinks: false"


def has_priority(objects):
    """Priorities decide which pods are evicted first."""
    for pod in pods(objects):
        if not pod.spec.get("priorityClassName"):
            yield f"{pod.name} needs a priorityClassName"


def spread(objects):
    """Replicas go to different nodes where they can, and what always has several to different zones. (What is one for
    good, as a writer of files, has nothing to spread, and what is on each node is there.)"""
    for pod in pods(objects):
        if pod.is_job or pod.owner["kind"] == "DaemonSet":
            continue
        constraints = pod.spec.get("topologySpreadConstraints", [])
        for_good = dig(pod.owner, "spec", "strategy", "type") == "Recreate"
        if not for_good and not any(c["topologyKey"] == "kubernetes.io/hostname" for c in constraints):
            yield f"{pod.name} needs a topologySpreadConstraint over kubernetes.io/hostname"
        over_zones = any(c["topologyKey"] == "topology.kubernetes.io/zone" for c in constraints)
        if least_replicas(objects, pod.owner) > 1 and not over_zones:
            yield f"{pod.name}, of which there are several, needs a spread over topology.kubernetes.io/zone"
        for c in constraints:
            chosen = dig(c, "labelSelector", "matchLabels", default={})
            if any(pod.labels.get(k) != v for k, v in chosen.items()) or not chosen:
                yield f"{pod.name}: a topologySpreadConstraint counts other pods than its own"


def pinned_images(objects):
    """A tag of one version, or a digest; short names: no registry appears here (but the one that nobody has)."""
    for pod in pods(objects):
        for c in pod.containers():
            name, _, digest = c["image"].partition("@")
            tag = name.rpartition(":")[2] if ":" in name else ""
            if not digest and tag in ("", "latest"):
                yield f"{pod.name}, container {c['name']}: image {c['image']} needs a tag or digest"
            if "." in name.partition("/")[0] and "/" in name and not name.startswith("registry.example/"):
                yield f"{pod.name}, container {c['name']}: image {c['image']} names a registry"


RULES = [requests_and_limits, bounded_scratch, no_token, no_service_links, has_priority, spread, pinned_images]
