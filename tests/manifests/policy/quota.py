"""The most that an environment could ask for at one moment, held against its ResourceQuota: every autoscaler at its
maximum,
every Deployment in the middle of a rollout, every job running, and beside each pod the mesh's sidecar where there is
one."""

import collections
import math
import re
from decimal import Decimal

from .objects import POD_PATHS, clusters, dig, kind, pods, quantity

AMOUNTS = [f"{of}.{what}" for of in ("requests", "limits") for what in ("cpu", "memory")]


def exceeded(objects):
    """Messages; empty if everything fits."""
    quotas = kind(objects, "ResourceQuota")
    most = at_most(objects) if quotas else {}
    for q in quotas:
        for name, allowed in q["spec"]["hard"].items():
            if name not in most:
                yield f"quota of {name}: nothing here adds that up"
            elif most[name] > quantity(allowed):
                yield f"{name}: up to {_shown(most[name], name)} could be asked for, the quota allows {allowed}"


def at_most(objects):
    total = collections.defaultdict(Decimal, {a: Decimal(0) for a in (*AMOUNTS, "pods", "requests.storage")})
    for pod in pods(objects):
        if pod.owner["spec"].get("suspend"):  # started manually, when something else is wrong
            continue
        count = most_at_once(objects, pod.owner)
        total["pods"] += count
        for amount in AMOUNTS:
            total[amount] += count * _of_pod(pod, *amount.split("."))
        for v in pod.spec.get("volumes", []):
            total["requests.storage"] += count * _storage(dig(v, "ephemeral", "volumeClaimTemplate", default={}))
        for claim in dig(pod.owner, "spec", "volumeClaimTemplates", default=[]):
            total["requests.storage"] += count * _storage(claim)
    for cluster, _ in clusters(objects):
        _add(total, cluster["spec"])
    total["requests.storage"] += sum(map(_storage, kind(objects, "PersistentVolumeClaim")))
    return total


def most_at_once(objects, owner):
    """Pods of a workload: its autoscaler at the maximum, in the middle of a rollout."""
    return _replicas(objects, owner) + _surge(objects, owner)


def _add(total, cluster):
    """Its servers, and beside them the job that joins one."""
    pods_of_it = cluster["instances"] + 1
    total["pods"] += pods_of_it
    for amount in AMOUNTS:
        total[amount] += pods_of_it * quantity(dig(cluster, "resources", *amount.split("."), default="0"))
    for disk in ("storage", "walStorage"):
        total["requests.storage"] += cluster["instances"] * quantity(dig(cluster, disk, "size", default="0"))


def _storage(claim):
    return quantity(dig(claim, "spec", "resources", "requests", "storage", default="0"))


def _of_pod(pod, of, what):
    """Init containers run one after the other, before the others; those that always restart run beside them."""
    amount = [(c, quantity(dig(c, "resources", of, what, default="0"))) for c in pod.spec.get("initContainers", [])]
    beside = sum(a for c, a in amount if c.get("restartPolicy") == "Always")
    main = sum(quantity(dig(c, "resources", of, what, default="0")) for c in pod.spec["containers"])
    return _sidecar(pod, of, what) + beside + max([main] + [a for c, a in amount if c.get("restartPolicy") != "Always"])


def _sidecar(pod, of, what):
    """What Istio adds, according to the pod's annotations."""
    orders = dig(pod.owner, *POD_PATHS[pod.owner["kind"]], "metadata", "annotations", default={})
    resource = what.replace("cpu", "CPU").replace("memory", "Memory")
    return quantity(orders.get(f"sidecar.istio.io/proxy{resource}{'Limit' if of == 'limits' else ''}", "0"))


def _replicas(objects, owner):
    me = (owner["kind"], owner["metadata"]["name"])
    for o in kind(objects, "HorizontalPodAutoscaler", "ScaledObject"):
        target = o["spec"]["scaleTargetRef"]
        if (target.get("kind", "Deployment"), target["name"]) == me:
            return o["spec"].get("maxReplicas") or o["spec"].get("maxReplicaCount", 100)
    return dig(owner, "spec", "replicas", default=1) if owner["kind"] in ("Deployment", "StatefulSet") else 1


def _surge(objects, owner):
    if owner["kind"] != "Deployment" or dig(owner, "spec", "strategy", "type") == "Recreate":
        return 0
    surge = str(dig(owner, "spec", "strategy", "rollingUpdate", "maxSurge", default="25%"))
    percent = re.fullmatch(r"(\d+)%", surge)
    return math.ceil(_replicas(objects, owner) * int(percent[1]) / 100) if percent else int(surge)


def _shown(amount, name):
    return f"{amount / 2**20:.0f}Mi" if "memory" in name or "storage" in name else f"{amount:g}"
