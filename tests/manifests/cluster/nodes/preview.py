"""A preview: made by tools/feature-env, reached through the gateway, removed with its disks."""

import json
import os

from kube.overlays import cluster as cluster_manifests
from on_kind.checks import eventually
from policy.objects import kind
from release import programs
from release.failure import Failure
from release.images import ROOT

from ..surroundings import definition, is_true
from ..waiting import wait_until

BRANCH, NAMESPACE = "fix-login", "feature-fix-login"
MADE_WITHIN, GONE_WITHIN = 300, 120  # s
TOKENS = {"BROADCASTER_API_TOKEN": "feature"}  # as the overlay says it
DEPROVISIONER = "system:serviceaccount:argocd:feature-deprovisioner"
# Of cluster-manifests: who may delete a namespace. (The rest is Argo CD's.)
ACCESS = (
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
)
TOOL = ROOT / "tools/feature-env"


class Preview:
    """`disks`: Disks, which knows what there is of them."""

    def __init__(self, nodes, gateway):
        self._nodes, self._gateway, self._disks = nodes, gateway, nodes.disks

    def begin(self):
        api = self._nodes.api
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "argocd"}})
        routes = definition("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes")
        api.apply(routes)
        wait_until(lambda: is_true(api.get(routes), "Established"), "knowing routes", 60)
        for o in kind(cluster_manifests(), *ACCESS):
            api.apply(o)
        log = self._nodes.cluster.folder / "feature-env.log"
        self._making = self._nodes.cluster.run(TOOL, BRANCH, "--tag=dev", environment=self._nodes.environment, log=log)
        self._gateway.open(NAMESPACE)

    def check(self):
        if self._making.child.wait(MADE_WITHIN):
            raise Failure(f"feature-env: {self._making.last_lines()}")
        environment = os.environ | TOKENS
        smoke = [ROOT / "tools/smoke", self._gateway.url(NAMESPACE), "--deadline=60"]
        said = programs.run(smoke, timeout=90, env=environment).strip().splitlines()[-1]
        disks = self._disks.of(NAMESPACE)
        if not disks:
            raise Failure(f"{NAMESPACE} has no disks")
        programs.run(
            [TOOL, BRANCH, "--delete", f"--as={DEPROVISIONER}"], timeout=GONE_WITHIN, env=self._nodes.environment
        )
        eventually(lambda: self._are_gone(disks), GONE_WITHIN)
        return f"{said}; removed, and {len(disks)} disks with it"

    def _are_gone(self, disks):
        if left := [str(d) for d in disks if d.exists()] or self._disks.of(NAMESPACE):
            raise Failure(f"{NAMESPACE} is removed, its disks are not: {json.dumps(list(map(str, left)))}")
