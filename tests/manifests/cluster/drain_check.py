"""Nodes are drained as docs/operations.md says, one after the other: every service goes on, and each drain ends."""

import contextlib
import re
import shlex
import threading

from kube.overlays import build
from policy import render
from policy.objects import kind

from .deployed import DEPLOYED, NAMESPACES
from .surroundings import ZONES, is_true, node_name
from .waiting import wait_until

ABOUT = "each node is drained as the runbook says: no service of production stops, NATS keeps its quorum"
SETTING = DEPLOYED
LIMIT = 120  # s of a drain
HELD = 15  # s that a drain is given which must wait
NAMESPACE = NAMESPACES["production"]


def check(deployed, report):
    first, second, third = map(node_name, ZONES)
    with watching(deployed.api) as fewest:
        deployed.cluster.kubectl(*command(first, LIMIT), limit=LIMIT + 30)
        report.counts["drains"] += 1
        report.add(f"{first} drained", too_few(fewest))
        # A second one before the first is back: the budget of NATS holds it, since a quorum would be lost.
        with contextlib.suppress(RuntimeError):
            deployed.cluster.kubectl(*command(second, HELD), limit=HELD + 30)
        report.add(f"{second} drained beside it", too_few(fewest))
        for node in (first, second):
            deployed.cluster.kubectl("uncordon", node)
        report.add("back again", deployed.recovers())
        for node in (second, third):
            deployed.cluster.kubectl(*command(node, LIMIT), limit=LIMIT + 30)
            report.counts["drains"] += 1
            report.add(f"{node} drained", too_few(fewest))
            deployed.cluster.kubectl("uncordon", node)
            report.add(f"after {node}", deployed.recovers())
    report.say(f"the fewest ready pods: {', '.join(f'{v} of {k}' for k, v in fewest.items())}")


def command(node, seconds):
    """The runbook's, for kubectl."""
    text = (render.ROOT / "docs/operations.md").read_text(encoding="utf-8")
    written = re.search(r"kubectl (drain NODE [^`]*)`", text)[1]
    return [*shlex.split(written.replace("NODE", node)), f"--timeout={seconds}s"]


def must_have():
    """How many pods may never be missing, by name: what is meant to outlive a node has more than one."""
    objects = build("production")
    for o in kind(objects, "PodDisruptionBudget"):
        yield o["metadata"]["name"], 1
    for o in kind(objects, "StatefulSet"):
        if (replicas := o["spec"].get("replicas", 1)) > 1:
            yield o["metadata"]["name"], replicas // 2 + 1


@contextlib.contextmanager
def watching(api):
    """The fewest ready pods of each service that there were at one moment, looked at ten times a second."""
    names, fewest, end = dict(must_have()), {}, threading.Event()

    def look():
        while not end.wait(0.1):
            for name, count in ready(api.list("v1", "Pod", NAMESPACE), names).items():
                fewest[name] = min(fewest.get(name, count), count)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        wait_until(lambda: fewest, "a first look at the pods", 60)
        yield fewest
    finally:
        end.set()
        thread.join(60)


def ready(pods, names):
    """{name: its ready pods} of the values of app.kubernetes.io/name."""
    count = dict.fromkeys(names, 0)
    for pod in pods:
        name = pod["metadata"]["labels"].get("app.kubernetes.io/name")
        if name in count and "deletionTimestamp" not in pod["metadata"] and is_true(pod, "Ready"):
            count[name] += 1
    return count


def too_few(fewest):
    wanted = dict(must_have())
    return [f"only {n} of {name} were ready, {wanted[name]} must be" for name, n in fewest.items() if n < wanted[name]]
