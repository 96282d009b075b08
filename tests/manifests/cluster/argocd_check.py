"""Argo CD's first sync of production and staging: Synced and Healthy, at the first try, and still so a minute later."""

import json
import time

from kube.overlays import build
from policy import render
from policy.objects import kind

from . import argo
from .waiting import TooLong, wait_until

ABOUT = "Argo CD's first sync of production and staging ends Synced and Healthy, and is so a minute later"
PROGRAMS = ("argocd",)
INSTALLED = {"redis-server": "redis-server"}
REPOSITORY = "https://github.com/tidings/tidings.git"
LIMIT = 300  # s of a first sync
SETTLES = 90  # s from a successful sync until it is Synced and Healthy
STAYS = 60  # s


def needed():
    yield from render.build("cluster-manifests")
    for overlay in ("production", "staging"):
        yield from build(overlay)


def check(cluster, report):
    repository = argo.Repository(cluster.folder / "repository", render.ROOT / "manifests")
    argo.start(cluster)
    objects = from_here(render.build("cluster-manifests"), repository.url)
    for o in objects:
        cluster.api.apply(o)
    applications = kind(objects, "Application")
    for o in applications:
        name = o["metadata"]["name"]
        report.say(f"{name}: first sync")
        report.add(name, first_sync(cluster.api, o))
        report.counts["syncs"] += 1
    report.say(f"both must stay as they are for {STAYS} s")
    until = time.monotonic() + STAYS
    while time.monotonic() < until and not report.problems:
        for o in applications:
            report.add(o["metadata"]["name"], left(cluster.api.get(o)))
        time.sleep(0.5)


def from_here(objects, url):
    """The objects with `url` in place of the repository's address."""
    return json.loads(json.dumps(objects).replace(REPOSITORY, url))


def first_sync(api, application):
    """What went wrong."""

    def has_passed():
        now = api.get(application)
        return failed(now) or phase(now) == "Succeeded"

    def is_settled():
        return not left(api.get(application))

    try:
        wait_until(has_passed, "the first sync", LIMIT)
        if not (wrong := failed(api.get(application))):
            wait_until(is_settled, "being Synced and Healthy after it", SETTLES)
        return wrong
    except TooLong as late:
        return [f"{text} ({late})" for text in left(api.get(application))]


def phase(application):
    return application.get("status", {}).get("operationState", {}).get("phase", "not begun")


def failed(application):
    """Why a sync of it has failed; empty while none has. One that is tried again has failed."""
    operation = application.get("status", {}).get("operationState", {})
    if operation.get("phase") not in ("Failed", "Error") and not operation.get("retryCount"):
        return []
    results = operation.get("syncResult", {}).get("resources", [])
    wrong = [r for r in results if r.get("status") == "SyncFailed" or r.get("hookPhase") in ("Failed", "Error")]
    parts = [f"{r['kind']} {r['name']}: {r.get('message', '')}" for r in wrong]
    return ["; ".join([f"sync {operation['phase']}: {operation.get('message', '')}", *parts])]


def left(application):
    """What is not in order; empty when it is Synced and Healthy."""
    status = application.get("status", {})
    sync, health = (status.get(part, {}).get("status", "unknown") for part in ("sync", "health"))
    if (sync, health, phase(application)) == ("Synced", "Healthy", "Succeeded"):
        return []
    resources = [
        f"{r['kind']} {r['name']} {r.get('status', '')} {r.get('health', {}).get('status', '')}".strip()
        for r in status.get("resources", [])
        if r.get("status") == "OutOfSync" or r.get("health", {}).get("status", "Healthy") != "Healthy"
    ]
    said = [c["message"] for c in status.get("conditions", [])]
    return ["; ".join([f"{sync}, {health}, sync {phase(application)}", *resources[:8], *said[:3]])]
