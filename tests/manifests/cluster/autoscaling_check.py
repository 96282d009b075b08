"""Autoscalers of production: by CPU and by backlog, each by its own; what they decide Argo CD leaves alone.

The controller of Kubernetes decides; what it is told is a stand-in's (metrics.py).
"""

from kube.overlays import build
from policy.objects import kind

from .deployed import DEPLOYED
from .waiting import remaining

ABOUT = "autoscalers grow by CPU and by backlog to their maximum (what they measure is a stand-in's), and hold it"
SETTING = DEPLOYED
BUSY = 5.0  # times what is requested
BACKLOG = {"broadcaster_oldest_pending_seconds": 300, "broadcaster_endpoint_pending": 40_000}
QUIET = dict.fromkeys(BACKLOG, 0)
LIMIT = 180  # s; a minute of it is their stabilization
SETTLED = "ScaleDownStabilized"


def check(deployed, report):
    quiet(deployed.metrics)
    report.add("at rest", await_replicas(deployed.api, "production", "minReplicas", list(dict(named("production")))))
    deployed.metrics.external.update(BACKLOG)
    deployed.metrics.used["todo-be", "cpu"] = BUSY
    report.add("by backlog", await_replicas(deployed.api, "production", "maxReplicas", ["broadcaster"]))
    report.add("by CPU", await_replicas(deployed.api, "production", "maxReplicas", ["todo-be"]))
    report.add("with nothing to do", still_at_rest(deployed.api, "todo-fe"))
    report.counts["autoscalers"] += len(dict(named("production")))
    quiet(deployed.metrics)
    report.add("Argo CD", deployed.recovers())
    report.add("quiet again", await_holding(deployed.api, ("broadcaster", "todo-be")))


def quiet(metrics):
    metrics.used.clear()
    metrics.external.update(QUIET)


def to_maximum(metrics, names):
    metrics.external.update(BACKLOG)
    metrics.used.update({(name, "cpu"): BUSY for name in names})


def named(environment):
    """(Deployment, its autoscaler)"""
    for o in kind(build(environment), "HorizontalPodAutoscaler"):
        yield o["spec"]["scaleTargetRef"]["name"], o


def await_replicas(api, environment, limit, names):
    """What has not as many as its autoscaler's `limit`, after a while."""

    def others():
        for name in names:
            scaler = api.get(dict(named(environment))[name])
            wanted, has = scaler["spec"][limit], scaler.get("status", {}).get("currentReplicas", 0)
            if has != wanted:
                yield f"{name} has {has} replicas, not {wanted}: {conditions(scaler)}"

    return remaining(others, LIMIT, 1)


def still_at_rest(api, name):
    """It would grow if it looked at what is not its own."""
    scaler = api.get(dict(named("production"))[name])
    grown = scaler["status"]["desiredReplicas"] != scaler["spec"]["minReplicas"]
    return [f"{name} grows too: {conditions(scaler)}"] if grown else []


def await_holding(api, names):
    """Each wants fewer again, and waits."""

    def others():
        scalers = [api.get(dict(named("production"))[name]) for name in names]
        return [f"{o['metadata']['name']}: {conditions(o)}" for o in scalers if SETTLED not in conditions(o)]

    return remaining(others, LIMIT, 1)


def conditions(scaler):
    said = scaler.get("status", {}).get("conditions", [])
    return "; ".join(f"{c['type']} {c['status']} {c['reason']}: {c['message']}" for c in said)
