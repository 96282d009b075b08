"""Environments sleep and wake, by the script of their own Jobs: staging, and a branch that lists the component."""

import time

from kube.overlays import build, get
from policy import render
from policy.objects import kind

from . import script
from .deployed import DEPLOYED
from .namespaces_check import DEPROVISIONER
from .rendering import WORKLOADS, absent, in_order, unfinished
from .waiting import remaining

ABOUT = "staging and a branch sleep at night, Argo CD does not wake them, and in the morning they run again"
SETTING = DEPLOYED
LIMIT = 120  # s until pods are there, or gone
SLEEPS = 35  # s: Argo CD looks every 30


def check(deployed, report):
    sleep(deployed, build("staging"), report)
    until = time.monotonic() + SLEEPS
    while time.monotonic() < until and not report.problems:
        report.add("staging at night", awake(deployed.api, "staging"))
        time.sleep(1)
    report.add("staging at night", deployed.calms())
    wake(deployed, build("staging"), report)
    report.add("staging in the morning", deployed.recovers())
    branch = render.with_components("feature", ["night-shutdown"], "night")
    for o in in_order(branch):
        deployed.api.apply(o)
    report.add("a branch", unfinished_after(deployed.api, branch))
    sleep(deployed, branch, report)
    wake(deployed, branch, report)
    deployed.cluster.acting_as(DEPROVISIONER).delete(kind(branch, "Namespace")[0])


def sleep(deployed, objects, report):
    namespace = kind(objects, "Namespace")[0]["metadata"]["name"]
    script.run(deployed.cluster, get(objects, "CronJob", "night-shutdown"))

    def pods():
        there = deployed.api.list("v1", "Pod", namespace, fieldSelector="status.phase=Running")
        return [f"{o['metadata']['name']} is left" for o in there]

    report.add(f"{namespace} in the evening", remaining(pods, LIMIT) + awake(deployed.api, namespace))


def wake(deployed, objects, report):
    namespace = kind(objects, "Namespace")[0]["metadata"]["name"]
    script.run(deployed.cluster, get(objects, "CronJob", "morning-start"))
    report.add(f"{namespace} in the morning", unfinished_after(deployed.api, objects))
    report.add(f"{namespace} in the morning", asleep(deployed.api, namespace))


def unfinished_after(api, objects):
    """What has not become ready in time."""
    there = kind(objects, *WORKLOADS)
    return remaining(lambda: [r for o in there if (r := unfinished(api.get(o) or absent(o)))], LIMIT)


def services(api, namespace):
    """(name, replicas) of what belongs to Tidings, as it is now."""
    for sort in ("Deployment", "StatefulSet"):
        for o in api.list("apps/v1", sort, namespace, labelSelector="app.kubernetes.io/part-of=tidings"):
            yield f"{sort} {o['metadata']['name']}", o["spec"]["replicas"]


def is_suspended(api, namespace):
    about = {"name": "todo-cron", "namespace": namespace}
    return api.get({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": about})["spec"].get("suspend", False)


def awake(api, namespace):
    wrong = [f"{name} has {count} replicas" for name, count in services(api, namespace) if count]
    return wrong + ([] if is_suspended(api, namespace) else ["todo-cron is not suspended"])


def asleep(api, namespace):
    wrong = [f"{name} has none" for name, count in services(api, namespace) if not count]
    return wrong + (["todo-cron is suspended"] if is_suspended(api, namespace) else [])
