"""The objects of an environment: in which order they are applied, and whether they have done what they are for."""

from policy.objects import dig, quantity, title

WAVE = "argocd.argoproj.io/sync-wave"
# Within a wave, as Argo CD orders them; other kinds come last.
ORDER = (
    "Namespace NetworkPolicy ResourceQuota LimitRange ServiceAccount Secret SealedSecret ConfigMap StorageClass "
    "PersistentVolumeClaim CustomResourceDefinition ClusterRole ClusterRoleBinding Role RoleBinding Service Pod "
    "Deployment StatefulSet Job CronJob"
).split()
WORKLOADS = ("Deployment", "StatefulSet", "Job", "HorizontalPodAutoscaler", "HTTPRoute", "SealedSecret")
# The server's own business.
NOT_COMPARED = ("resourceVersion", "managedFields")


def in_order(objects):
    def place(o):
        wave = int(dig(o, "metadata", "annotations", WAVE, default=0))
        return wave, ORDER.index(o["kind"]) if o["kind"] in ORDER else len(ORDER)

    return sorted(objects, key=place)


def difference(before, after):
    """The paths at which the objects differ, their status apart."""
    return list(_differences(_compared(before), _compared(after)))


def _compared(o):
    about = {k: v for k, v in o["metadata"].items() if k not in NOT_COMPARED}
    return {k: v for k, v in o.items() if k != "status"} | {"metadata": about}


def _differences(a, b, path=""):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from _differences(a.get(key), b.get(key), f"{path}/{key}")
    elif a != b:
        yield path


def absent(o):
    """What is not there, as a live object that has done nothing."""
    return {**o, "metadata": o["metadata"] | {"generation": 1}, "status": {}}


def unfinished(o):
    """Why a live object has not done yet what it is for; None when it has."""
    look = {
        "Deployment": _deployment,
        "StatefulSet": _stateful_set,
        "Job": _job,
        "HorizontalPodAutoscaler": _autoscaler,
        "HTTPRoute": _route,
        "SealedSecret": _sealed,
    }.get(o["kind"])
    reason = look(o, o["spec"], o.get("status", {})) if look else None
    return f"{title(o)}: {reason}" if reason else None


def _deployment(o, spec, status):
    wanted = spec.get("replicas", 1)
    counts = [status.get(k, 0) for k in ("replicas", "updatedReplicas", "availableReplicas")]
    if status.get("observedGeneration") != o["metadata"]["generation"] or counts != [wanted] * 3:
        return f"{counts[2]} of {wanted} pods are available"
    return None


def _stateful_set(o, spec, status):
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    same = status.get("currentRevision") == status.get("updateRevision")
    if status.get("observedGeneration") != o["metadata"]["generation"] or ready != wanted or not same:
        return f"{ready} of {wanted} pods are ready"
    return None


def _job(_, spec, status):
    true = {c["type"] for c in status.get("conditions", []) if c["status"] == "True"}
    if spec.get("suspend") or "Complete" in true:
        return None
    return "Failed" if "Failed" in true else f"not complete, {status.get('active', 0)} pods"


def _autoscaler(_, spec, status):
    """Whatever its metrics, its minimum is kept."""
    current, least = status.get("currentReplicas", 0), spec.get("minReplicas", 1)
    return None if current >= least else f"{current} of at least {least} pods"


def _route(_, spec, status):
    said = [(c["type"], c["status"], c["message"]) for p in status.get("parents", []) for c in p["conditions"]]
    if len(said) < 2 * len(spec["parentRefs"]):
        return "no gateway has answered"
    return "; ".join(f"{kind} {value}: {text}" for kind, value, text in said if value != "True") or None


def _sealed(o, _, status):
    return None if status.get("observedGeneration") == o["metadata"]["generation"] else "no Secret was made"


def job_of(cron_job, name):
    """As `kubectl create job --from=cronjob/...` makes it."""
    template = cron_job["spec"]["jobTemplate"]
    about = template.get("metadata", {}) | {"name": name, "namespace": cron_job["metadata"]["namespace"]}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": about, "spec": template["spec"]}


def with_room(objects, raises):
    """The objects with each quota as much higher as all the documented raises together ask for ([{"pods": "16"}])."""
    return [_raised(o, raises) if o["kind"] == "ResourceQuota" else o for o in objects]


def _raised(o, raises):
    hard = dict(o["spec"]["hard"])
    for name in {name for r in raises for name in r}:
        was = quantity(o["spec"]["hard"][name])
        more = sum(quantity(r[name]) - was for r in raises if name in r)
        hard[name] = f"{int((was + more) * 1000)}m"
    return {**o, "spec": {**o["spec"], "hard": hard}}
