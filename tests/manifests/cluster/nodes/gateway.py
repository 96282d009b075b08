"""A stand-in for the gateway: pods in its namespace, which policies let in, pass connections on to an environment's
page."""

import json

from on_kind.checks import eventually
from release.failure import Failure

NAMESPACE = "gateway"
PORT = 8080
LABEL = {"tidings.io/gateway": "true"}  # what the policies know it by


class Gateway:
    """`image`: one with busybox."""

    def __init__(self, cluster, image):
        self.cluster, self.image = cluster, image

    def open(self, environment):
        """Begins to; `environment` is a namespace."""
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": LABEL}}
        items = [namespace, self._pod(environment)]
        self.cluster.apply(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))

    def url(self, environment):
        """Of the page, once the pod is there; its address is known where the run is."""
        return f"http://{eventually(lambda: self._address(environment), 60)}:{PORT}"

    def _address(self, environment):
        pod = self.cluster.get("pod", environment, namespace=NAMESPACE)
        if not pod or not (address := pod[0]["status"].get("podIP")):
            raise Failure(f"the gateway of {environment} has no address")
        return address

    def _pod(self, environment):
        relay = f"nc -ll -p {PORT} -e busybox nc todo-app-fe-svc.{environment} 8080"
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": environment, "namespace": NAMESPACE},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [
                    {"name": "relay", "image": self.image, "command": ["sh", "-c", f"exec busybox {relay}"]}
                ],
            },
        }
