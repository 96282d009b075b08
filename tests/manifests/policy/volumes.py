"""Disks: where they are, and that what is mounted together can be."""

from .objects import dig, kind, pods, quantity
from .sizes import stores

# Seven dumps and seven base backups, packed, in sizes of the database that they are of (docs/operations.md, Scale).
BACKUPS_OF_A_DATABASE = 1.65
# A file system takes some for itself, and a store that is full must not be a disk that is full.
OF_A_DISK = 0.85
ZONE = "topology.kubernetes.io/zone"


def _claims_of(pod):
    """Claims that a pod mounts; of a StatefulSet those of its first pod."""
    for v in pod.spec.get("volumes", []):
        claim = dig(v, "persistentVolumeClaim", "claimName")
        if claim:
            yield claim
    for template in dig(pod.owner, "spec", "volumeClaimTemplates", default=[]):
        yield f"{template['metadata']['name']}-{pod.owner['metadata']['name']}-0"


def _goes_to_the_zone_of(pod, other):
    """Must, not should: a disk that is once made in another zone stays there."""
    terms = dig(pod.spec, "affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution", default=[])
    return any(
        t["topologyKey"] in (ZONE, "kubernetes.io/hostname")
        and dig(t, "labelSelector", "matchLabels", default={"": ""}).items() <= other.labels.items()
        for t in terms
    )


def mounted_together_made_together(objects):
    """Disks that one pod mounts are in one zone. A disk is made in the zone of the first pod that mounts it: those
    pods belong together, or the one that needs both (a restore, in an emergency) never starts."""
    makers = {}
    for pod in pods(objects):
        if not pod.is_job:
            makers |= {claim: pod for claim in _claims_of(pod)}
    for pod in pods(objects):
        claims = [c for c in dict.fromkeys(_claims_of(pod)) if c in makers]
        for a, b in zip(claims, claims[1:]):
            first, second = makers[a], makers[b]
            apart = first.name != second.name
            if apart and not _goes_to_the_zone_of(first, second) and not _goes_to_the_zone_of(second, first):
                yield f"{pod.name} mounts {a} and {b}, whose pods ({first.name}, {second.name}) may be in two zones"


def sizes_of(objects):
    """{name of the claim, or of the StatefulSet whose claims they are: bytes}"""
    for o in kind(objects, "PersistentVolumeClaim"):
        yield o["metadata"]["name"], quantity(o["spec"]["resources"]["requests"]["storage"])
    for o in kind(objects, "StatefulSet"):
        for template in o["spec"].get("volumeClaimTemplates", []):
            yield o["metadata"]["name"], quantity(template["spec"]["resources"]["requests"]["storage"])


def a_store_fits_its_disk(objects):
    """NATS refuses what its store has no room for; a full disk stops it."""
    sizes = dict(sizes_of(objects))
    for store, _ in stores(objects):
        if store > OF_A_DISK * float(sizes.get("nats", 0)):
            yield f"max_file_store of {store / 2**30:.0f}GB does not fit the claim of NATS"


def backups_fit_their_volume(objects):
    """A week of backups of a database that fills its disk, and half as much again of WAL."""
    sizes = dict(sizes_of(objects))
    if "backup" in sizes and "postgres" in sizes:
        needed = (BACKUPS_OF_A_DATABASE + 0.5) * float(sizes["postgres"])
        if float(sizes["backup"]) < needed:
            yield f"PersistentVolumeClaim backup is smaller than the {needed / 2**30:.0f}Gi that PostgreSQL's may need"


RULES = [mounted_together_made_together, a_store_fits_its_disk, backups_fit_their_volume]
