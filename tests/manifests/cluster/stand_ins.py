"""Stand-ins for controllers of others: disks in one zone each, which grow and go with their claim, SealedSecrets, a
gateway's answer to each route."""

import base64
import threading
import time

from .api import Refused
from .surroundings import PROVISIONER

NODE = "volume.kubernetes.io/selected-node"
ZONE = "topology.kubernetes.io/zone"


class StandIns:
    """with StandIns(API): they look twice a second. Custom resources that are not served are nobody's."""

    def __init__(self, api, kinds):
        self.api, self.failure = api, None
        known = (
            (("v1", "PersistentVolumeClaim"), self._provide),
            (("v1", "PersistentVolume"), self._reclaim),
            (("bitnami.com/v1alpha1", "SealedSecret"), self._unseal),
            (("gateway.networking.k8s.io/v1", "HTTPRoute"), self._route),
        )
        self._known = [(k, act) for k, act in known if k in kinds or k[0] == "v1"]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join(30)

    def _look(self):
        while not self._end.wait(0.5):
            for (version, kind), act in self._known:
                try:
                    for o in self.api.list(version, kind):
                        act({"apiVersion": version, "kind": kind, **o})
                except (OSError, Refused) as wrong:
                    self.failure = f"stand-in for {kind}: {wrong}"  # it may be gone by now: another look

    def _provide(self, claim):
        node = claim["metadata"].get("annotations", {}).get(NODE)
        if claim["status"].get("phase") == "Pending" and node and not claim["spec"].get("volumeName"):
            zone = self.api.get({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}})
            volume = self.volume(claim, zone["metadata"]["labels"][ZONE])
            if not self.api.get(volume):
                self.api.create(volume)

        elif claim["status"].get("phase") == "Bound" and grown(claim):
            volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": claim["spec"]["volumeName"]}}
            self.api.merge(volume, {"spec": {"capacity": grown(claim)}})
            self.api.merge(claim, {"status": {"capacity": grown(claim)}}, "status")

    def volume(self, claim, zone):
        return volume_for(claim, zone)

    def _reclaim(self, volume):
        if volume["status"].get("phase") == "Released":
            self.remove(volume)

    def remove(self, volume):
        self.api.delete(volume)

    def _unseal(self, sealed):
        if not is_seen(sealed):
            self.api.apply(secret_of(sealed), "sealed-secrets")
            conditions = [{"type": "Synced", "status": "True", "lastTransitionTime": now(), "lastUpdateTime": now()}]
            seen = {"observedGeneration": sealed["metadata"]["generation"], "conditions": conditions}
            self.api.merge(sealed, {"status": seen}, "status")

    def _route(self, route):
        services = {s["metadata"]["name"] for s in self.api.list("v1", "Service", route["metadata"]["namespace"])}
        parents = answer_to(route, services)
        if said(parents) != said(route.get("status", {}).get("parents", [])):
            self.api.merge(route, {"status": {"parents": parents}}, "status")


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def grown(claim):
    """The size that is asked for of a disk that has another; None when it has that one."""
    wanted = {"storage": claim["spec"]["resources"]["requests"]["storage"]}
    return wanted if claim["status"].get("capacity", wanted) != wanted else None


def volume_for(claim, zone):
    """As a CSI provisioner of zonal disks makes it."""
    about, spec = claim["metadata"], claim["spec"]
    in_zone = [{"key": ZONE, "operator": "In", "values": [zone]}]
    owner = {k: about[k] for k in ("name", "namespace", "uid")}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"pvc-{about['uid']}", "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": spec["storageClassName"],
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **owner},
            "csi": {"driver": PROVISIONER, "volumeHandle": about["uid"]},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": in_zone}]}},
        },
    }


def is_seen(sealed):
    status = sealed.get("status", {})
    return status.get("observedGeneration") == sealed["metadata"]["generation"]


def secret_of(sealed):
    """With the keys of the real one; its values are none."""
    about = sealed["metadata"]
    owner = {k: v for k, v in (("name", about["name"]), ("uid", about["uid"]), ("controller", True))}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": about["name"],
            "namespace": about["namespace"],
            "ownerReferences": [{"apiVersion": sealed["apiVersion"], "kind": sealed["kind"], **owner}],
        },
        "data": {key: base64.b64encode(b"x").decode() for key in sealed["spec"]["encryptedData"]},
    }


def answer_to(route, services):
    """The status that Gateway API demands: ResolvedRefs is False while a Service of it is missing."""
    wanted = {b["name"] for rule in route["spec"]["rules"] for b in rule.get("backendRefs", [])}
    missing = sorted(wanted - services)
    seen = {"lastTransitionTime": now(), "observedGeneration": route["metadata"]["generation"]}
    resolved = {"status": "True", "reason": "ResolvedRefs", "message": ""}
    if missing:
        resolved = {"status": "False", "reason": "BackendNotFound", "message": f"no Service {', '.join(missing)}"}
    accepted = {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", **seen}
    conditions = [accepted, {"type": "ResolvedRefs", **resolved, **seen}]
    return [
        {"parentRef": parent, "controllerName": "cluster-test/gateway", "conditions": conditions}
        for parent in route["spec"]["parentRefs"]
    ]


def said(parents):
    return [(c["type"], c["status"], c["message"], c["observedGeneration"]) for p in parents for c in p["conditions"]]
