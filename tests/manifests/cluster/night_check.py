"""Staging sleeps and wakes, by its Jobs' own script."""

import time

from kube.overlays import build, get

from . import script
from .deployed import DEPLOYED, NAMESPACES
from .waiting import TooLong, wait_until

ABOUT = "staging sleeps at night and is not woken by Argo CD, and in the morning it runs again"
SETTING = DEPLOYED
NAMESPACE = NAMESPACES["staging"]
LIMIT = 60  # s until pods are gone
SLEEPS = 35  # s of sleep: Argo CD looks every 30


def check(deployed, report):
    run(deployed, "night-shutdown")
    report.add("in the evening", await_sleep(deployed.api))
    until = time.monotonic() + SLEEPS
    while time.monotonic() < until and not report.problems:
        report.add("at night", [*awake(deployed.api), *deployed.wrong()])
        time.sleep(1)
    run(deployed, "morning-start")
    report.add("in the morning", deployed.recovers())
    report.add("in the morning", asleep(deployed.api))


def run(deployed, name):
    script.run(deployed.cluster, get(build("staging"), "CronJob", name))


def services(api):
    """Of Tidings, as they are now."""
    for kind_ in ("Deployment", "StatefulSet"):
        for o in api.list("apps/v1", kind_, NAMESPACE, labelSelector="app.kubernetes.io/part-of=tidings"):
            yield f"{kind_} {o['metadata']['name']}", o["spec"]["replicas"]


def is_suspended(api):
    about = {"name": "todo-cron", "namespace": NAMESPACE}
    return api.get({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": about})["spec"].get("suspend", False)


def awake(api):
    wrong = [f"{name} has {count} replicas" for name, count in services(api) if count]
    return wrong + ([] if is_suspended(api) else ["todo-cron is not suspended"])


def asleep(api):
    wrong = [f"{name} has none" for name, count in services(api) if not count]
    return wrong + (["todo-cron is suspended"] if is_suspended(api) else [])


def await_sleep(api):
    def has_no_pod():
        there = api.list("v1", "Pod", NAMESPACE, fieldSelector="status.phase=Running")
        return not there

    try:
        wait_until(has_no_pod, "falling asleep", LIMIT)
    except TooLong as wrong:
        return [f"{text} ({wrong})" for text in awake(api) or ["pods are left"]]
    return awake(api)
