"""References between objects are valid."""

from . import render
from .objects import POD_PATHS, dig, kind, pods, title

WAVE = "argocd.argoproj.io/sync-wave"
SEALED = ("SealedSecret", "SopsSecret")


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


def nothing_of_a_driver_is_left_over(objects):
    """A kind that only an extra driver knows is there only where a pod needs it: without the driver's CRD Argo CD
    refuses the whole sync, this object and all others."""
    named = {name for _, sort, name in references(objects) if sort == "SecretProviderClass"}
    for o in kind(objects, "SecretProviderClass"):
        if o["metadata"]["name"] not in named:
            yield f"{title(o)} is mounted by no pod, yet its CRD must be there"


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


def _of_pod(pod):
    """(kind, name) of everything that a pod names and waits for."""
    yield from (("ConfigMap", ref["name"]) for ref in _config_maps_of(pod))
    yield from (("Secret", name) for name in _secrets_of(pod))
    yield "ServiceAccount", pod.spec.get("serviceAccountName")
    for v in pod.spec.get("volumes", []):
        yield "PersistentVolumeClaim", dig(v, "persistentVolumeClaim", "claimName")
        yield "SecretProviderClass", dig(v, "csi", "volumeAttributes", "secretProviderClass")


def _secrets_of(pod):
    for v in pod.spec.get("volumes", []):
        yield dig(v, "secret", "secretName")
        yield from (dig(s, "secret", "name") for s in dig(v, "projected", "sources", default=[]))
    for c in pod.containers():
        yield from (dig(f, "secretRef", "name") for f in c.get("envFrom", []))
        yield from (dig(e, "valueFrom", "secretKeyRef", "name") for e in c.get("env", []))


def _of_object(o):
    """(kind, name) of what the other kinds name."""
    spec = o.get("spec", {})
    if o["kind"] == "StatefulSet":
        yield "Service", spec.get("serviceName")
    if o["kind"] == "HTTPRoute":
        yield from (("Service", b["name"]) for r in spec["rules"] for b in r.get("backendRefs", []))
    if o["kind"] in ("HorizontalPodAutoscaler", "ScaledObject"):
        yield spec["scaleTargetRef"].get("kind", "Deployment"), spec["scaleTargetRef"]["name"]
    if o["kind"] == "Certificate":
        yield spec["issuerRef"].get("kind"), spec["issuerRef"]["name"]
    if o["kind"] == "Issuer":
        yield "Secret", dig(spec, "ca", "secretName")
    if o["kind"] in ("RoleBinding", "ClusterRoleBinding"):
        yield o["roleRef"]["kind"], o["roleRef"]["name"]
        yield from ((s["kind"], s["name"]) for s in o["subjects"])


def references(objects):
    """(object, kind, name) of every object of the same rendering that an object names."""
    for pod in pods(objects):
        yield from ((pod.owner, *ref) for ref in _of_pod(pod))
    for o in objects:
        yield from ((o, *ref) for ref in _of_object(o))


def wave_of(o):
    return int(dig(o, "metadata", "annotations", WAVE, default=0))


def waves_are_said(objects):
    """Whatever makes pods has its wave; the rest may stay in wave 0."""
    for o in kind(objects, *POD_PATHS):
        if dig(o, "metadata", "annotations", WAVE) is None:
            yield f"{title(o)} needs the annotation {WAVE}"


def waves_in_order(objects):
    """No object names one of a later wave: Argo CD waits until a wave is healthy before it makes the next, and a pod
    without its ConfigMap, or a route without its Services, never is."""
    # A sealed or encrypted Secret becomes the Secret of the same name, a Certificate the one that it says.
    made = {("Secret" if o["kind"] in SEALED else o["kind"], o["metadata"]["name"]): wave_of(o) for o in objects}
    made |= {("Secret", o["spec"]["secretName"]): wave_of(o) for o in kind(objects, "Certificate")}
    for o, sort, name in references(objects):
        if made.get((sort, name), wave_of(o)) > wave_of(o):
            yield f"{title(o)} (wave {wave_of(o)}) comes before its {sort} {name} (wave {made[(sort, name)]})"


RULES = [
    config_maps_exist,
    identities_and_claims_exist,
    nothing_of_a_driver_is_left_over,
    priorities_exist,
    services_lead_somewhere,
    routes_lead_somewhere,
    waves_are_said,
    waves_in_order,
]
