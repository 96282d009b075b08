"""A node: a process in namespaces of its own, with what it starts. With its end, however it comes, all of it ends."""

import os
import pathlib
import shutil

from private_servers.process import Process

from ..waiting import wait_until
from . import configuration, store
from .ground import node_address, pods_of

START = pathlib.Path(__file__).with_name("node.sh")
PROGRAMS = ("kubelet", "kube-proxy", "kube-router")
CONTROL_GROUPS = pathlib.Path("/sys/fs/cgroup")
GROUP = "tidings-node-"  # and the run's process
# `unshare` is the parent of the first process, and takes it along when it ends.
NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private")


class Machine:
    """Node `number` of `of` in `cluster`, which has the images of a store. What it writes is in `folder`: its disk."""

    def __init__(self, cluster, ground, number, of, images, folder):
        self.name, self.number, self.folder = f"node-{number}", number, folder
        self._cluster, self._ground, self._process = cluster, ground, None
        self._groups = ControlGroups(f"{GROUP}{os.getpid()}-{self.name}")
        self._write(configuration.files(number, of, self._groups.path), images)

    def _write(self, files, images):
        own = self.folder / "lib/node"
        for name, text in files.items():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_text(text, encoding="utf-8")
        store.give(images, self.folder / "lib/containerd")
        self._cluster.write_kubeconfig(own / "kubeconfig", own / "authority.crt", "/var/lib/node/authority.crt")
        (self.folder / "run").symlink_to("/run")

    @property
    def object(self):
        """As it is told to the API server: with a zone, as clouds do it, and the address that kube-router asks for."""
        labels = {"kubernetes.io/hostname": self.name, "topology.kubernetes.io/zone": f"zone-{self.number}"}
        network = {"podCIDR": pods_of(self.number), "podCIDRs": [pods_of(self.number)]}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": self.name, "labels": labels},
            "spec": network,
            "status": {"addresses": [{"type": "InternalIP", "address": node_address(self.number)}]},
        }

    def start(self):
        """Begins to; the node is ready when the API server says so."""
        self._groups.make()
        programs = [self._cluster.program(name) for name in PROGRAMS]
        logs = self._cluster.folder / self.name
        command = ["unshare", *NAMESPACES, START, self.name, self.folder, logs, *programs]
        self._process = Process(command, logs.with_suffix(".log"))
        wait_until(self._first_process, f"{self.name}: its first process", 30, 0.02)
        self._ground.connect(self.number, self._first_process())

    def _first_process(self):
        pid = self._process.pid
        self._process.check()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return children[0] if children else None

    def check(self):
        self._process.check()

    def kill(self):
        """From one moment to the next nothing of it runs, as when its power is cut."""
        if self._process:
            self._process.kill()
            self._groups.remove()
            self._process = None

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def remove_old_groups():
    """Of runs that were killed: the kernel has ended everything in them."""
    for name in {f.name for f in CONTROL_GROUPS.glob(f"*/{GROUP}*")}:
        if not pathlib.Path("/proc", name.removeprefix(GROUP).partition("-")[0]).exists():
            ControlGroups(name).remove()


class ControlGroups:
    """A node's, below every controller; its pods' are below them."""

    def __init__(self, name):
        self.path = f"/{name}"
        self._roots = [f / name for f in sorted(CONTROL_GROUPS.iterdir()) if f.is_dir() and not f.is_symlink()]

    def make(self):
        for root in self._roots:
            root.mkdir(exist_ok=True)

    def remove(self):
        """When none of its processes is left, which takes the kernel a moment."""
        wait_until(self._removed, f"removing the control groups {self.path}", 60, 0.1)

    def _removed(self):
        for root in self._roots:
            for folder, _, _ in os.walk(root, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    pass
        return not any(root.exists() for root in self._roots)
