"""Previews of pull requests: three at once, one of a stranger who is after production, one that is closed.

The ApplicationSets' generator asks GitHub and is not run: their templates are filled in here (kube.go_template).
"""

import json

from kube.go_template import execute
from kube.overlays import get
from policy import render
from policy.objects import kind, title

from . import script
from .application import failed, left
from .deployed import DEPLOYED, NAMESPACES
from .rendering import difference
from .waiting import TooLong, wait_until

ABOUT = "three previews at once become healthy, one that is after production is refused, a closed one leaves no disk"
SETTING = DEPLOYED
SLUGS = ("fix-login", "1e5", "two")
LIMIT = 240  # s
OVERLAY = "manifests/overlays/feature/"
# A transformer of the pull request's own acts after all that the ApplicationSet sets.
HOSTILE = """apiVersion: builtin
kind: NamespaceTransformer
metadata: {name: away, namespace: project}
unsetOnly: false
fieldSpecs: [{path: metadata/namespace, create: true}]
"""


def check(deployed, report):
    commit = deployed.repository.head("main")
    previews = {slug: list(preview(deployed, slug, commit)) for slug in SLUGS}
    for both in previews.values():
        for o in both:
            deployed.api.apply(o)
    for slug, both in previews.items():
        fence, its = both
        report.add(title(fence), deployed.settles(fence))
        # Both begin at once, and this one may come before the namespace that the fence makes.
        report.add(title(its), deployed.settles(its, tries=True))
        report.counts["previews"] += 1
        report.add(slug, fenced(deployed.api, f"feature-{slug}"))
    report.add("a stranger's", attack(deployed))
    report.add("closed", close(deployed, previews.pop(SLUGS[0])))
    for slug, both in previews.items():
        report.add(slug, [text for o in both for text in left(deployed.api.get(o))])


def preview(deployed, slug, commit):
    """Its Applications: of the fence, and of what runs in it."""
    for of in ("tidings-fences", "tidings-features"):
        text = execute(json.dumps(deployed.templates[of]), {"values": {"slug": slug}, "head_sha": commit})
        o = json.loads(text)
        o["metadata"]["namespace"] = "argocd"
        yield {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", **o}


def fenced(api, namespace):
    """What it must have, whoever wrote it."""
    for version, sort in (("networking.k8s.io/v1", "NetworkPolicy"), ("v1", "ResourceQuota")):
        if not api.list(version, sort, namespace):
            yield f"{namespace} has no {sort}"


def attack(deployed):
    """What a pull request did to others, whose objects go to production's namespace, and whether it was told."""
    before = production(deployed.api)
    repository = deployed.repository
    repository.git("checkout", "--quiet", "--detach", "origin/main")
    (repository.folder / OVERLAY / "away.yaml").write_text(HOSTILE, encoding="utf-8")
    repository.edit(f"{OVERLAY}kustomization.yaml", "\nreplicas:", "\ntransformers: [away.yaml]\nreplicas:")
    commit = repository.commit("let me in")
    repository.push("HEAD:refs/heads/evil")
    repository.git("checkout", "--quiet", "main")
    fence, evil = preview(deployed, "evil", commit)
    for o in (fence, evil):
        deployed.api.apply(o)
    wrong = deployed.settles(fence)
    try:
        wait_until(lambda: is_refused(deployed.api.get(evil)), "refusing it", LIMIT)
    except TooLong as late:
        wrong.append(f"{left(deployed.api.get(evil))} ({late})")
    after = production(deployed.api)
    for key in sorted(before.keys() | after.keys()):
        if paths := difference_of(before.get(key), after.get(key)):
            wrong.append(f"production's {' '.join(key)} was changed: {paths}")
    # Argo CD lets go of an Application when its operation has ended: with all its retries that would take minutes.
    deployed.api.merge(evil, {"status": {"operationState": {"phase": "Terminating"}}})
    for o in (evil, fence):
        deployed.api.delete(o)
    wait_until(lambda: not deployed.api.get(evil), "removing the stranger's Application", LIMIT)
    return wrong + deployed.recovers()


def is_refused(application):
    said = [c["message"] for c in application.get("status", {}).get("conditions", [])] + failed(application)
    return any("is not permitted" in text or "do not match any of the allowed" in text for text in said)


def production(api):
    """Its objects of the kinds that a preview has."""
    kinds = {(o["apiVersion"], o["kind"]) for o in render.build("manifests/overlays/feature")} - {("v1", "Namespace")}
    return {
        (sort, o["metadata"]["name"]): {"kind": sort, **o}
        for version, sort in kinds
        for o in api.list(version, sort, NAMESPACES["production"])
        if sort != "Job"
    }


def difference_of(before, after):
    return ", ".join(difference(before, after)) if before and after else "made" if after else "gone"


def close(deployed, both):
    """The pull request is closed: its Applications go, then its namespace and its disks."""
    api, namespace = deployed.api, both[0]["spec"]["destination"]["namespace"]
    for o in both:
        api.delete(o)
    wait_until(lambda: not any(map(api.get, both)), "removing the Applications", LIMIT)
    volumes = disks(api, namespace)
    if not volumes:
        return [f"{namespace} had no disks to remove"]
    script.run(
        deployed.cluster, get(kind(render.build("cluster-manifests"), "CronJob"), "CronJob", "feature-deprovisioner")
    )
    there = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    try:
        wait_until(lambda: not api.get(there) and not disks(api, namespace), "removing namespace and disks", LIMIT)
    except TooLong as late:
        return [f"{namespace} is {'there' if api.get(there) else 'gone'}, disks {disks(api, namespace)} ({late})"]
    return []


def disks(api, namespace):
    volumes = api.list("v1", "PersistentVolume")
    return [v["metadata"]["name"] for v in volumes if v["spec"]["claimRef"]["namespace"] == namespace]
