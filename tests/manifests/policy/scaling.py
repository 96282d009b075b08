"""Autoscalers, and budgets of disruption."""

from .objects import dig, kind, matches, pods, title

AUTOSCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


def _targets(objects):
    for o in kind(objects, *AUTOSCALERS):
        target = o["spec"]["scaleTargetRef"]
        yield o, (target.get("kind", "Deployment"), target["name"])


def no_replicas_beside_an_autoscaler(objects):
    """Each apply would revert the autoscaler's decision."""
    targets = {target for _, target in _targets(objects)}
    for o in kind(objects, "Deployment", "StatefulSet"):
        if (o["kind"], o["metadata"]["name"]) in targets and "replicas" in o["spec"]:
            yield f"{title(o)} has replicas beside an autoscaler"


def autoscalers_have_a_target(objects):
    """The scale target exists, has only one autoscaler, and sensible limits."""
    there = {(o["kind"], o["metadata"]["name"]) for o in objects}
    seen = set()
    for o, target in _targets(objects):
        if target not in there:
            yield f"{title(o)} scales {' '.join(target)}, which does not exist"
        if target in seen:
            yield f"{title(o)}: {' '.join(target)} has another autoscaler"
        seen.add(target)
        if (
            o["kind"] == "HorizontalPodAutoscaler"
            and not 1 <= o["spec"].get("minReplicas", 1) <= o["spec"]["maxReplicas"]
        ):
            yield f"{title(o)} needs 1 <= minReplicas <= maxReplicas"


def least_replicas(objects, owner):
    """How many there are when nothing is amiss and there is little to do."""
    for o, target in _targets(objects):
        if target == (owner["kind"], owner["metadata"]["name"]):
            return o["spec"].get("minReplicas") or o["spec"].get("minReplicaCount", 1)
    return owner["spec"].get("replicas", 1)


def drains_leave_one(objects):
    """Where NATS is replicated, so that the environment is to outlive a node, every budget leaves a replica at work
    while another is evicted."""
    everything = list(pods(objects))
    nats = [o for o in kind(objects, "StatefulSet") if o["metadata"]["name"] == "nats"]
    if not any(least_replicas(objects, o) > 1 for o in nats):
        return
    for o in kind(objects, "PodDisruptionBudget"):
        for pod in everything:
            if pod.is_job or not matches(o["spec"].get("selector", {}), pod.labels):
                continue
            least, away = least_replicas(objects, pod.owner), dig(o, "spec", "maxUnavailable", default=0)
            if isinstance(away, int) and least <= away:
                yield f"{title(o)} lets a drain take {away} of {least} {pod.name}: nobody is left"


def drains_can_go_on(objects):
    """A budget allows one eviction, even of a single replica: maxUnavailable of 1 or more, never minAvailable."""
    everything = list(pods(objects))
    for o in kind(objects, "PodDisruptionBudget"):
        if dig(o, "spec", "maxUnavailable", default=0) in (0, "0", "0%") or "minAvailable" in o["spec"]:
            yield f"{title(o)} needs maxUnavailable of at least 1 and no minAvailable, or a node cannot be drained"
        if not any(matches(o["spec"].get("selector", {}), p.labels) for p in everything if not p.is_job):
            yield f"{title(o)} protects no pod"


RULES = [no_replicas_beside_an_autoscaler, autoscalers_have_a_target, drains_leave_one, drains_can_go_on]
