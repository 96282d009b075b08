"""Volumes of production grow as docs/operations.md says, command by command; what runs keeps running."""

import re

from kube.overlays import build
from policy.objects import kind

from . import runbook
from .api import Refused
from .deployed import DEPLOYED, NAMESPACES
from .waiting import wait_until

ABOUT = "PostgreSQL's and NATS' volumes grow as the runbook says: its commands, its order, no pod restarted"
SETTING = DEPLOYED
NAMESPACE = NAMESPACES["production"]
OVERLAY = "manifests/overlays/production/"
TO = "20Gi"  # as in the runbook
LIMIT = 60  # s until a claim has grown


def check(deployed, report):
    before = running(deployed.api)
    claims = {name: claims_of(deployed.api, name) for name in ("postgres", "nats")}
    for its in claims.values():
        report.add("before the quota", taken_too_early(deployed.api, its))
    grow_quota(deployed, report, sum(map(len, claims.values())))
    for name, its in claims.items():
        for claim in its:
            run(deployed, "project patch pvc", claim)
            wait_until(lambda c=claim: run(deployed, "project get pvc", c) == TO, f"{claim} having grown", LIMIT)
            report.counts["volumes"] += 1
    edits = [(f"{OVERLAY}kustomization.yaml", "requests/storage, value: 10Gi", f"requests/storage, value: {TO}")]
    edits.append((f"{OVERLAY}nats.yaml", "requests: {storage: 10Gi}", f"requests: {{storage: {TO}}}"))
    commit = promoted(deployed, "larger volumes", edits)
    deployed.look("production")
    run(deployed, "argocd wait")
    for name in claims:
        run(deployed, "project delete statefulset", name)
    # It has tried before they were gone.
    report.add("the new size in Git", deployed.follows("production", commit, tries=True))
    report.add("the new size in Git", deployed.recovers())
    report.add("the new size in Git", sizes(deployed.api))
    changed = sorted(name for name, uid in before.items() if running(deployed.api).get(name) != uid)
    report.add("pods", [f"{name} did not keep running" for name in changed])


def running(api):
    """{name: uid} of the pods of StatefulSets."""
    found = api.list("v1", "Pod", NAMESPACE)
    owned = [p for p in found if any(r["kind"] == "StatefulSet" for r in p["metadata"].get("ownerReferences", []))]
    return {p["metadata"]["name"]: p["metadata"]["uid"] for p in owned}


def claims_of(api, name):
    there = [c["metadata"]["name"] for c in api.list("v1", "PersistentVolumeClaim", NAMESPACE)]
    return sorted(c for c in there if re.fullmatch(rf"data-{name}-\d+", c))


def taken_too_early(api, claims):
    """The quota is to refuse what it does not allow yet: why the runbook has this order."""
    size = {"spec": {"resources": {"requests": {"storage": "1Ti"}}}}
    for name in claims:
        about = {"name": name, "namespace": NAMESPACE}
        try:
            api.merge({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": about}, size)
        except Refused as wrong:
            if "exceeded quota" in str(wrong):
                continue
        yield f"{name} grew beyond the quota"


def grow_quota(deployed, report, claims):
    quota = kind(build("production"), "ResourceQuota")[0]
    now = quota["spec"]["hard"]["requests.storage"]
    more = f"{int(now.removesuffix('Gi')) + 10 * claims}Gi"
    edit = (f"{OVERLAY}quota.yaml", f"requests.storage: {now}", f"requests.storage: {more}")
    commit = promoted(deployed, "more storage", [edit])
    report.add("quota", deployed.follows("production", commit))
    said = f'"requests.storage":"{more}"'
    wait_until(lambda: said in run(deployed, "project get resourcequota"), f"a quota of {more}", LIMIT)


def promoted(deployed, text, edits):
    """On production's branch, and on main, as in an emergency; its commit."""
    deployed.repository.on("main", text, *edits)
    return deployed.repository.on("production", text, *edits)


def run(deployed, begin, name=""):
    return runbook.run(deployed, command(begin, name))


def command(begin, name):
    """The runbook's that begins so, for `name` where it names PostgreSQL or its claim; and the line before, if it needs
    what that sets."""
    chapter = runbook.text().split("\nA volume (")[1].split("\n## ")[0]
    written = re.search(rf"(?m)^(?:(\w+=.*)\n)?(kubectl -n {begin} .*)$", chapter)
    before = f"{written[1]}; " if written[1] else ""
    return before + re.sub(r"\b(data-postgres-0|postgres)\b", name, written[2])


def sizes(api):
    for o in api.list("apps/v1", "StatefulSet", NAMESPACE):
        for claim in o["spec"].get("volumeClaimTemplates", []):
            found = claim["spec"]["resources"]["requests"]["storage"]
            if o["metadata"]["name"] in ("postgres", "nats") and found != TO:
                yield f"StatefulSet {o['metadata']['name']} still asks for {found}"
