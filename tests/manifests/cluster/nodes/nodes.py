"""A cluster of three real nodes with production in it; nothing of it is left behind."""

import subprocess
import sys

from policy import render
from private_servers.folder import Folder

from ..control_plane import ControlPlane
from ..setting import Setting
from ..surroundings import is_true
from ..waiting import wait_until
from . import images, surroundings, tunables
from .configuration import PAUSE
from .ground import ADDRESS, Ground
from .machine import PROGRAMS, Machine, remove_old_groups
from .production import OnNodes

COUNT = 3
LIMIT = 300  # s until a node is ready, on a machine that others use; its images are unpacked first
IMAGES_LIMIT = 3600  # s
# Programs that are not built: where Debian has them.
INSTALLED = {
    "containerd": "containerd",
    "runc": "runc",
    "ip": "iproute2",
    "iptables": "iptables",
    "ipset": "ipset",
    "conntrack": "conntrack",
    "busybox": "busybox-static",
    "buildah": "buildah",
    "mmdebstrap": "mmdebstrap",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
}


class Nodes:
    """`cluster`: its control plane; `machines`: its nodes, by name; `tidings`: OnNodes, not applied yet."""

    def __init__(self, stack, folder, program, report):
        self.report, self._disks = report, stack.enter_context(Folder("nodes")).path
        names = [*OnNodes.names(), PAUSE, surroundings.COREDNS]
        report.say("images")
        files = self._images(names, program)
        stack.enter_context(tunables.kept())
        ground = stack.enter_context(Ground())
        self.cluster = stack.enter_context(ControlPlane(folder, program, ADDRESS))
        self.api = self.cluster.api
        self.machines = {}
        remove_old_groups()
        for number in range(1, COUNT + 1):
            machine = Machine(self.cluster, ground, number, COUNT, files, self._disks / f"node-{number}")
            stack.callback(machine.remove)
            self.machines[machine.name] = machine
            self.api.create(machine.object)
            self.api.merge(machine.object, {"status": machine.object["status"]}, "status")
            machine.start()
        report.say("three nodes")
        wait_until(self.are_ready, "the nodes being ready", LIMIT)
        for o in surroundings.objects():
            self.api.apply(o)
        stack.enter_context(surroundings.Disks(self.api, self._disks / "volumes"))
        self.tidings = OnNodes(self.cluster.kubeconfig)

    def _images(self, names, program):
        folder = self._disks / "images"
        folder.mkdir()
        nats = subprocess.run(
            [render.ROOT / "tools/nats-server", nats_version(names)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=IMAGES_LIMIT,
        ).stdout.strip()
        given = [folder, program("coredns"), nats, *names]
        # In a process of its own: it mounts things.
        done = subprocess.run(
            [sys.executable, "-B", images.__file__, *map(str, given)],
            capture_output=True,
            text=True,
            timeout=IMAGES_LIMIT,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"images: {(done.stdout + done.stderr)[-3000:]}")
        return sorted(folder.glob("*.tar"))

    def are_ready(self):
        for machine in self.machines.values():
            machine.check()
        return not self.not_ready()

    def not_ready(self):
        return [o["metadata"]["name"] for o in self.api.list("v1", "Node") if not is_true(o, "Ready")]


def nats_version(names):
    """Of nats:VERSION-alpine."""
    return next(name for name in names if name.startswith("nats:")).partition(":")[2].partition("-")[0]


NODES = Setting(list, Nodes, programs=(*PROGRAMS, "coredns"), installed=INSTALLED, real=True)
