"""What a cluster has before Tidings comes: custom resources, nodes in three zones, disks, namespaces of others."""

import re

import yaml
from policy.render import LOADER
from private_servers.ports import free_port

from .waiting import wait_until

ZONES = ("zone-1", "zone-2", "zone-3")
NAMESPACES = ("argocd", "gateway", "monitoring")
PROVISIONER = "disks.cluster-test"
STAGES = (
    "node/fast/node-initialize.yaml",
    "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "pod/fast/pod-ready.yaml",
    "pod/fast/pod-complete.yaml",
    "pod/fast/pod-delete.yaml",
)
# Whose CRD no module brings: what is in them is checked by schema.py.
APPROVED = "api-approved.kubernetes.io"  # groups of Kubernetes itself ask for it
BY_HAND = {("isindir.github.com", "v1alpha3", "SopsSecret"): "sopssecrets"}


def prepare(cluster, files, kinds, takes=0):
    """`files`: the folder of programs.files(); `kinds`: the (apiVersion, kind) that will be applied; `takes`: the ms
    after which a pod is ready, and then a Job's is done."""
    api = cluster.api
    wanted = definitions(files, kinds)
    for o in [*wanted, *map(_node, ZONES), *map(_namespace, NAMESPACES), _storage_class()]:
        api.apply(o)
    for o in wanted:
        wait_until(lambda: _is_established(api.get(o)), f"{o['metadata']['name']} being served", 60)
    stages = [_stage(files / "sigs.k8s.io/kwok/kustomize/stage" / s, cluster.folder, takes) for s in STAGES]
    cluster.run(
        "kwok",
        f"--kubeconfig={cluster.kubeconfig}",
        "--manage-all-nodes=true",
        "--node-lease-duration-seconds=40",
        f"--server-address=127.0.0.1:{free_port()}",
        *(f"--config={file}" for file in stages),
    )
    wait_until(lambda: all(map(_is_ready, api.list("v1", "Node"))), "the nodes being ready", 120)


def _stage(file, folder, takes):
    """What KWOK does to pods, when `takes` ms have passed."""
    o = yaml.load(file.read_text(encoding="utf-8"), LOADER)
    if takes and o["metadata"]["name"] in ("pod-ready", "pod-complete"):
        o["spec"]["delay"] = {"durationMilliseconds": takes}
    slow = folder / file.name
    slow.write_text(yaml.safe_dump(o), encoding="utf-8")
    return slow


def definitions(files, kinds):
    """The CustomResourceDefinitions of the custom resources among `kinds`; others would cost the server memory."""
    wanted = {(*version.split("/"), kind_) for version, kind_ in kinds if "/" in version}
    found = {served: definition(*served, plural) for served, plural in BY_HAND.items()}
    for file in sorted(files.rglob("*.yaml")):
        for document in re.split(r"^---$", file.read_text(encoding="utf-8"), flags=re.M):
            # A look before it is read: there are megabytes of them.
            if any(f"\n    kind: {kind_}\n" in document for *_, kind_ in wanted):
                o = yaml.load(document, _Loader)
                found |= {served: o for served in _served(o)}
    unique = {o["metadata"]["name"]: o for served, o in found.items() if served in wanted}
    return list(unique.values())


class _Loader(LOADER):
    """Reads a plain = as text, as YAML 1.2 does."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


def _served(o):
    spec = o["spec"]
    return {(spec["group"], version["name"], spec["names"]["kind"]) for version in spec["versions"]}


def definition(group, version, kind_, plural):
    """Of a custom resource of any content."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}", "annotations": {APPROVED: "unapproved, a stand-in"}},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind_, "plural": plural},
            "versions": [served],
        },
    }


def _is_established(o):
    return is_true(o, "Established")


def _is_ready(o):
    return is_true(o, "Ready")


def is_true(o, condition):
    return any(c["type"] == condition and c["status"] == "True" for c in o.get("status", {}).get("conditions", []))


def node_name(zone):
    return zone.replace("zone", "node")


def _node(zone):
    name = node_name(zone)
    room = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "50Gi"}
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"node.alpha.kubernetes.io/ttl": "0", "kwok.x-k8s.io/node": "fake"},
            "labels": labels | {"topology.kubernetes.io/zone": zone, "type": "kwok"},
        },
        "status": {"allocatable": room, "capacity": room},
    }


def _namespace(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _storage_class():
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "disk", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": PROVISIONER,
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }
