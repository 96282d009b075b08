"""References between objects are valid."""

from . import render
from .objects import POD_PATHS, dig, kind, pods, title

WAVE = "argocd.argoproj.io/sync-wave"


def _names(objects, *kinds):
    return {o["metadata"]["name"] for o in kind(objects, *kinds)}


def _config_maps_of(pod):
    for v in pod.spec.get("volumes", []):
        for source in (v, *dig(v, "projected", "sources", default=[])):
            if "configMap" in source:
                yield source["configMap"]
    for c in pod.containers():
        yield from (f["configMapRef"] for f in c.get("envFrom", []) if "configMapRef" in f)
        yield from (
            e["valueFrom"]["configMapKeyRef"] for e in c.get("env", []) if dig(e, "valueFrom", "configMapKeyRef")
        )


def config_maps_exist(objects):
    """A pod waits forever for a ConfigMap that nothing creates."""
    there = _names(objects, "ConfigMap")
    for pod in pods(objects):
        for ref in _config_maps_of(pod):
            # (The one of the cluster's own authority is in every namespace.)
            if not ref.get("optional") and ref["name"] not in there | {"kube-root-ca.crt"}:
                yield f"{pod.name} needs ConfigMap {ref['name']}, which does not exist"


def identities_and_claims_exist(objects):
    """Service accounts, volume claims, and the vault driver's mounts."""
    accounts, claims, vaults = (
        _names(objects, k) for k in ("ServiceAccount", "PersistentVolumeClaim", "SecretProviderClass")
    )
    claims |= {
        f"{c['metadata']['name']}-{o['metadata']['name']}-{n}"
        for o in kind(objects, "StatefulSet")
        for c in o["spec"].get("volumeClaimTemplates", [])
        for n in range(o["spec"].get("replicas", 1))
    }
    for pod in pods(objects):
        account = pod.spec.get("serviceAccountName", "default")
        if account not in accounts | {"default"}:
            yield f"{pod.name} runs as ServiceAccount {account}, which does not exist"
        for v in pod.spec.get("volumes", []):
            claim = dig(v, "persistentVolumeClaim", "claimName")
            if claim and claim not in claims:
                yield f"{pod.name} mounts claim {claim}, which does not exist"
            vault = dig(v, "csi", "volumeAttributes", "secretProviderClass")
            if vault and vault not in vaults:
                yield f"{pod.name} mounts SecretProviderClass {vault}, which does not exist"


def priorities_exist(objects):
    """A pod with an unknown PriorityClass is rejected; the cluster has ours (base/priority) and Kubernetes' own."""
    there = _names(render.build("manifests/base/priority"), "PriorityClass")
    for pod in pods(objects):
        name = pod.spec.get("priorityClassName")
        if name and name not in there and not name.startswith("system-"):
            yield f"{pod.name} has priorityClassName {name}, which does not exist"


def services_lead_somewhere(objects):
    """A Service selects pods that have the port it names."""
    everything = list(pods(objects))
    for o in kind(objects, "Service"):
        selector = o["spec"].get("selector")
        if not selector:
            continue
        chosen = [p for p in everything if selector.items() <= p.labels.items()]
        if not chosen:
            yield f"{title(o)} selects no pod"
        for pod in chosen:
            open_ports = {
                v for c in pod.containers() for p in c.get("ports", []) for v in (p.get("name"), p["containerPort"])
            }
            for port in o["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                if target not in open_ports:
                    yield f"{title(o)} leads to port {target}, which {pod.name} does not have"


def routes_lead_somewhere(objects):
    """A route's backends are Services with that port."""
    ports = {(o["metadata"]["name"], p["port"]) for o in kind(objects, "Service") for p in o["spec"]["ports"]}
    for o in kind(objects, "HTTPRoute"):
        for rule in o["spec"]["rules"]:
            for b in rule.get("backendRefs", []):
                if (b["name"], b.get("port")) not in ports:
                    yield f"{title(o)} leads to {b['name']}:{b.get('port')}, which does not exist"


def waves_in_order(objects):
    """Whatever makes pods has its wave (the rest may stay in wave 0), and a pod's configuration is not made after the
    pod."""
    waves = {}
    for o in objects:
        wave = dig(o, "metadata", "annotations", WAVE)
        if wave is None and o["kind"] in POD_PATHS:
            yield f"{title(o)} needs the annotation {WAVE}"
        waves[(o["kind"], o["metadata"]["name"])] = int(wave or 0)
    for pod in pods(objects):
        mine = waves[(pod.owner["kind"], pod.owner["metadata"]["name"])]
        for ref in _config_maps_of(pod):
            if waves.get(("ConfigMap", ref["name"]), mine) > mine:
                yield f"{pod.name} comes before its ConfigMap {ref['name']}"


RULES = [
    config_maps_exist,
    identities_and_claims_exist,
    priorities_exist,
    services_lead_somewhere,
    routes_lead_somewhere,
    waves_in_order,
]
