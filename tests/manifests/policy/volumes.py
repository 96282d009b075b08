"""Disks: where they are, and that what is mounted together can be."""

from .objects import dig, pods

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
    """Disks that one pod mounts are in one zone. A disk is made in the zone of the first pod that mounts it: those pods
    belong together, or the one that needs both (a restore, in an emergency) never starts."""
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


RULES = [mounted_together_made_together]
