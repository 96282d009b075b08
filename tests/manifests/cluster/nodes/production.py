"""Tidings on real nodes: manifests/kind/e2e, which is production's overlay with a way in and a receiver."""

from on_kind.installation import Installation
from release.cluster import Cluster

from .ground import node_address

DEADLINE = 1500  # s, of everything that is asked of the cluster
PORT = 30080  # of Service `entry`


class OnNodes(Installation):
    """Installation, on a cluster that is there already and has the images."""

    def __init__(self, kubeconfig):
        super().__init__("e2e", deadline=DEADLINE, url=f"http://{node_address(1)}:{PORT}")
        self._kubeconfig = kubeconfig

    def start(self):
        self.cluster = Cluster(deadline=self.deadline)
        self.cluster.base.append(f"--kubeconfig={self._kubeconfig}")

    @classmethod
    def names(cls):
        """Of all its images."""
        return sorted({c["image"] for pod in cls(None).pods() for c in pod["containers"]})
