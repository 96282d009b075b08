"""A branch's environment: deployed, deleted. Progress goes to stderr."""

import sys

from .cluster import Cluster
from .failure import Failure
from .rendering import Rendering
from .slug import namespace


def say(text):
    print(f"==> {text}", file=sys.stderr)


def deploy(rendering: Rendering, cluster: Cluster):
    """The URL, once everything runs."""
    name = rendering.namespace
    new = cluster.owned_namespace(name, rendering.branch) is None
    say(f"{'making' if new else 'updating'} namespace {name} for branch {rendering.branch}")
    # The server validates objects only in an existing namespace.
    cluster.apply(rendering.namespace_piece())
    # A Job that is still there cannot be changed, and is deleted only when all the rest is known to be good.
    cluster.apply(rendering.text(without=("Job",)), dry_run="server")
    for job in rendering.named("Job"):
        cluster.delete_job(name, job)
    cluster.apply(rendering.text())
    try:
        for job in rendering.named("Job"):
            say(f"waiting for {job}")
            cluster.await_job(name, job)
        for workload in rendering.named("StatefulSet", "Deployment"):
            say(f"waiting for {workload}")
            cluster.await_rollout(name, workload)
    except Failure as wrong:
        raise Failure(f"{wrong}\n{cluster.state(name)}look closer: kubectl describe pods -n {name}") from None
    return rendering.url()


def delete(branch, cluster: Cluster):
    name = namespace(branch)
    gone = cluster.delete_namespace(name, branch)
    say(f"namespace {name} is deleted" if gone else f"there is no namespace {name}: nothing to delete")
