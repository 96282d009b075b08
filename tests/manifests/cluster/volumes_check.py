"""Volumes of production grow as docs/operations.md says, command by command; what runs keeps running."""

import re
import shlex

from kube.overlays import build
from policy import render
from policy.objects import kind

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
            run(deployed.cluster, "patch pvc", claim)
            wait_until(lambda c=claim: run(deployed.cluster, "get pvc", c) == TO, f"{claim} having grown", LIMIT)
            report.counts["volumes"] += 1
    edits = [(f"{OVERLAY}kustomization.yaml", "requests/storage, value: 10Gi", f"requests/storage, value: {TO}")]
    edits.append((f"{OVERLAY}nats.yaml", "requests: {storage: 10Gi}", f"requests: {{storage: {TO}}}"))
    commit = promoted(deployed, "larger volumes", edits)
    for name in claims:
        run(deployed.cluster, "delete statefulset", name)
    # It may have tried before they were gone.
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
    wait_until(lambda: said in run(deployed.cluster, "get resourcequota", "tidings"), f"a quota of {more}", LIMIT)


def promoted(deployed, text, edits):
    """On production's branch, and on main, as in an emergency; its commit."""
    deployed.repository.on("main", text, *edits)
    return deployed.repository.on("production", text, *edits)


def run(cluster, begin, name):
    """The runbook's command that begins so, for `name` where it names PostgreSQL or its claim."""
    chapter = (
        (render.ROOT / "docs/operations.md").read_text(encoding="utf-8").split("\nA volume (")[1].split("\n## ")[0]
    )
    written = re.search(rf"(?m)^kubectl -n project ({begin} .*)$", chapter)[1]
    words = [re.sub(r"\b(data-postgres-0|postgres)\b", name, word) for word in shlex.split(written)]
    return cluster.kubectl("-n", NAMESPACE, *words).strip()


def sizes(api):
    for o in api.list("apps/v1", "StatefulSet", NAMESPACE):
        for claim in o["spec"].get("volumeClaimTemplates", []):
            found = claim["spec"]["resources"]["requests"]["storage"]
            if o["metadata"]["name"] in ("postgres", "nats") and found != TO:
                yield f"StatefulSet {o['metadata']['name']} still asks for {found}"
