"""Services: probes, rollouts, termination."""

from .objects import dig, kind, pods, seconds

# The time a service needs after its own deadline, and the setting of that deadline (services/*/app.cpp).
DRAINS = {"todo-be": ("SHUTDOWN_TIMEOUT", "15s", 7), "broadcaster": ("DRAIN_TIMEOUT", "20s", 2)}


def probes_differ(objects):
    """The main container has liveness and readiness, and they do not ask the same: else a dependency that is down
    restarts
    what could wait for it. A helper beside it has no readiness: its trouble must not take the pod out of service."""
    for pod in pods(objects):
        if pod.is_job:
            continue
        main, *helpers = pod.spec["containers"]
        alive, ready = (_question(main.get(probe)) for probe in ("livenessProbe", "readinessProbe"))
        if alive is None or ready is None:
            yield f"{pod.name}, container {main['name']} needs a livenessProbe and a readinessProbe"
        elif alive == ready:
            yield f"{pod.name}, container {main['name']}: liveness and readiness ask the same"
        for c in helpers:
            if "livenessProbe" not in c or "readinessProbe" in c:
                yield f"{pod.name}, helper {c['name']} needs a livenessProbe and no readinessProbe"


def _question(probe):
    return probe and {k: v for k, v in probe.items() if k in ("httpGet", "tcpSocket", "exec", "grpc")}


def rollout_keeps_capacity(objects):
    """A rollout of a Deployment behind a Service never reduces its capacity."""
    for pod in pods(objects):
        if pod.owner["kind"] != "Deployment":
            continue
        update = dig(pod.owner, "spec", "strategy", "rollingUpdate", default={})
        if _is_served(objects, pod) and update.get("maxUnavailable") != 0:
            yield f"{pod.name} needs strategy.rollingUpdate.maxUnavailable: 0"


def _is_served(objects, pod):
    selectors = [s["spec"].get("selector", {}) for s in kind(objects, "Service")]
    return any(s and s.items() <= pod.labels.items() for s in selectors)


def stops_gracefully(objects):
    """Time to be taken out of the routes, to drain, and to end: terminationGracePeriodSeconds is longer than all
    that."""
    for pod in pods(objects):
        if pod.owner["kind"] != "Deployment":
            continue
        main = pod.spec["containers"][0]
        pause = dig(main, "lifecycle", "preStop", "sleep", "seconds", default=0)
        grace = pod.spec.get("terminationGracePeriodSeconds", 30)
        if _is_served(objects, pod) and pause < 3:
            yield f"{pod.name} needs lifecycle.preStop.sleep of 3 s or more: routes still lead to a pod that ends"
        needed = pause + _drain(main)
        if grace <= needed:
            yield f"{pod.name}: terminationGracePeriodSeconds {grace} must be more than {needed:g} (pause and drain)"


def _drain(container):
    if container["name"] not in DRAINS:
        return 0
    setting, default, rest = DRAINS[container["name"]]
    values = {e["name"]: e.get("value") for e in container.get("env", [])}
    return seconds(values.get(setting) or default) + rest


RULES = [probes_differ, rollout_keeps_capacity, stops_gracefully]
