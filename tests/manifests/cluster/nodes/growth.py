"""Volumes of production grow as docs/operations.md says, around servers that run, under load.

The disks are folders: that a claim has grown is said by the stand-in for their provisioner, and no file system grows.
What is shown is all the rest: the quota's order, that a StatefulSet is refused and made anew, and that its containers
are the same before and after.
"""

import copy
import json
import types

from on_kind.load import Load
from policy import render
from policy.objects import kind
from release.failure import Failure

from .. import volumes_check as written
from ..waiting import wait_until

SETS = ("postgres", "nats")
LIMIT = 60  # s


def grow(checks, rate):
    """What is to be said; `checks`: OnNodesChecks."""
    api, cluster = checks.nodes.api, checks.cluster
    here = types.SimpleNamespace(cluster=checks.nodes.cluster, repository=types.SimpleNamespace(folder=render.ROOT))
    claims = [c for name in SETS for c in written.claims_of(api, name)]
    before = _containers(checks)
    with Load(checks.installed.url, checks.credentials.api_token, rate) as load:
        _must([*written.taken_too_early(api, claims)])
        quota = _quota(checks.installed.objects, len(claims))
        cluster.apply(json.dumps(quota))
        more = f'"requests.storage":"{quota["spec"]["hard"]["requests.storage"]}"'
        wait_until(lambda: more in written.run(here, "project get resourcequota"), "the larger quota", LIMIT)
        for claim in claims:
            written.run(here, "project patch pvc", claim)
            grown = lambda c=claim: written.run(here, "project get pvc", c) == written.TO  # noqa: E731
            wait_until(grown, f"{claim} having grown", LIMIT)
        for name in SETS:
            larger = json.dumps(larger_set(checks.installed.objects, name))
            must_be_refused(cluster, larger)
            written.run(here, "project delete statefulset", name)
            cluster.apply(larger)
            cluster.await_rollout(checks.namespace, f"statefulset/{name}")
    _must([*written.sizes(api)])
    if (after := _containers(checks)) != before:
        raise Failure(f"containers were {before}, are {after}")
    return (
        f"{len(claims)} claims to {written.TO}, {len(before)} containers kept running; {load.outcome.must_be_whole()}"
    )


def _must(wrong):
    if wrong:
        raise Failure("; ".join(wrong))


def _quota(objects, claims):
    quota = copy.deepcopy(kind(objects, "ResourceQuota")[0])
    now = quota["spec"]["hard"]["requests.storage"]
    quota["spec"]["hard"]["requests.storage"] = f"{int(now.removesuffix('Gi')) + 10 * claims}Gi"
    return quota


def larger_set(objects, name):
    larger = copy.deepcopy(next(o for o in kind(objects, "StatefulSet") if o["metadata"]["name"] == name))
    for claim in larger["spec"]["volumeClaimTemplates"]:
        claim["spec"]["resources"]["requests"]["storage"] = written.TO
    return larger


def must_be_refused(cluster, text):
    try:
        cluster.apply(text)
    except Failure as wrong:
        if "Forbidden: updates to statefulset spec" in str(wrong):
            return
        raise
    raise Failure("a StatefulSet's template of claims could be changed: the runbook need not make it anew")


def _containers(checks):
    """{pod and container: which one it is} of the servers that keep data."""
    pods = [p for name in SETS for p in checks.of(name)]
    return {
        f"{p['metadata']['name']}/{c['name']}": c["containerID"] for p in pods for c in p["status"]["containerStatuses"]
    }
