"""Input of the rules: objects by kind, the pods that they create, quantities and durations as numbers."""

import dataclasses
import re
from decimal import Decimal

# The path of the pod in each kind.
POD_PATHS = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
JOBS = ("Job", "CronJob")


@dataclasses.dataclass
class Pod:
    """owner: the object that creates it; name: "Deployment todo-be"."""

    owner: dict
    labels: dict
    spec: dict

    @property
    def name(self):
        return title(self.owner)

    @property
    def is_job(self):
        return self.owner["kind"] in JOBS

    def containers(self):
        """All its containers, init containers first."""
        return self.spec.get("initContainers", []) + self.spec.get("containers", [])


def title(o):
    return f"{o['kind']} {o['metadata']['name']}"


def kind(objects, *kinds):
    return [o for o in objects if o["kind"] in kinds]


def dig(o, *path, default=None):
    for key in path:
        if not isinstance(o, dict) or o.get(key) is None:
            return default
        o = o[key]
    return o


def pods(objects):
    for o in objects:
        if o["kind"] not in POD_PATHS:
            continue
        template = dig(o, *POD_PATHS[o["kind"]], default={})
        yield Pod(o, dig(template, "metadata", "labels", default={}), template.get("spec", {}))


def clusters(objects):
    """Databases whose pods an operator makes (CloudNativePG): (object, the labels of its pods)."""
    for o in objects:
        if o["apiVersion"].startswith("postgresql.cnpg.io/") and o["kind"] == "Cluster":
            inherited = dig(o, "spec", "inheritedMetadata", "labels", default={})
            yield o, inherited | {"cnpg.io/cluster": o["metadata"]["name"]}


def matches(selector, labels):
    """A label selector (metav1.LabelSelector) on labels."""
    wanted = selector.get("matchLabels", {}).items()
    return all(labels.get(k) == v for k, v in wanted) and all(
        _fits(e, labels) for e in selector.get("matchExpressions", [])
    )


def _fits(e, labels):
    value = labels.get(e["key"])
    return {
        "In": value in e.get("values", []),
        "NotIn": value not in e.get("values", []),
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[e["operator"]]


SUFFIXES = {"": 1, "m": Decimal("0.001"), "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
SUFFIXES |= {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def quantity(text):
    """ "250m" -> 0.25, "1Gi" -> 1073741824."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([a-zA-Z]*)", str(text))
    if not found or found[2] not in SUFFIXES:
        raise ValueError(f"{text!r} is not a quantity")
    return Decimal(found[1]) * SUFFIXES[found[2]]


def seconds(text):
    """ "15s" -> 15, as the services' settings are written."""
    found = re.fullmatch(r"(\d+)(ms|s|m|h)", str(text))
    if not found:
        raise ValueError(f"{text!r} is not a duration")
    return int(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[found[2]]
