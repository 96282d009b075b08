"""A cluster of three real nodes for production, staging and a preview; nothing of it is left behind."""

import os
import subprocess

from on_kind.checks import Checks
from policy import render
from private_servers.folder import Folder

from ..control_plane import ControlPlane
from ..setting import Setting
from ..surroundings import is_true
from ..waiting import wait_until
from . import store, surroundings, tunables
from .configuration import PAUSE
from .gateway import Gateway
from .ground import ADDRESS, Ground
from .machine import PROGRAMS, Machine, remove_old_groups
from .preview import Preview
from .production import OnNodes
from .staging import Database, Staging

COUNT = 3
IN_IMAGES = ("coredns", "nats")  # programs
LIMIT = 300  # s until a node is ready, on a machine that others use
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
    """`cluster`: its control plane; `machines`: its nodes, by name; `tidings`, `staging`, `preview`: not applied yet.
    `environment`: of programs that look for a cluster."""

    def __init__(self, stack, folder, program, report):
        self.report, self._disks = report, stack.enter_context(Folder("nodes")).path
        images = self._images(program)
        report.say("three nodes")
        stack.enter_context(tunables.kept())
        ground = stack.enter_context(Ground())
        self.cluster = stack.enter_context(ControlPlane(folder, program, ADDRESS))
        self.api = self.cluster.api
        self.machines = {}
        remove_old_groups()
        for number in range(1, COUNT + 1):
            machine = Machine(self.cluster, ground, number, COUNT, images, self._disks / f"node-{number}")
            stack.callback(machine.remove)
            self.machines[machine.name] = machine
            self.api.create(machine.object)
            self.api.merge(machine.object, {"status": machine.object["status"]}, "status")
            machine.start()
        wait_until(self.are_ready, "the nodes being ready", LIMIT)
        for o in surroundings.objects():
            self.api.apply(o)
        self.disks = stack.enter_context(surroundings.Disks(self.api, self._disks / "volumes"))
        self.tidings = OnNodes(self.cluster.kubeconfig)
        self.environment = os.environ | {"KUBECONFIG": str(self.cluster.kubeconfig)}
        self.tidings.start()
        gateway = Gateway(self.tidings.cluster, Checks(self.tidings, None).nats_box())
        self.staging = Staging(self.tidings.cluster, stack.enter_context(Database()), gateway)
        self.preview = Preview(self, gateway)

    def _images(self, program):
        names = [*OnNodes.names(), PAUSE, surroundings.COREDNS]
        command = [render.ROOT / "tools/nats-server", nats_version(names)]
        nats = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=store.LIMIT)
        given = {"nats-server": nats.stdout.strip(), **{name: program(name) for name in IN_IMAGES}}
        return store.store(names, given, self.report.say)

    def are_ready(self):
        for machine in self.machines.values():
            machine.check()
        return not self.not_ready()

    def not_ready(self):
        return [o["metadata"]["name"] for o in self.api.list("v1", "Node") if not is_true(o, "Ready")]


def nats_version(names):
    """Of nats:VERSION-alpine."""
    return next(name for name in names if name.startswith("nats:")).partition(":")[2].partition("-")[0]


NODES = Setting(list, Nodes, programs=(*PROGRAMS, *IN_IMAGES), installed=INSTALLED, real=True)
