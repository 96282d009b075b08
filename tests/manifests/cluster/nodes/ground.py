"""The network of a run, without a way out: the control plane is in it, and a cable leads to each node."""

import contextlib
import ctypes
import os
import subprocess

ADDRESS = "10.99.0.1"
PODS = "10.244.0.0/16"
LINK = "ground"
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def node_address(number):
    return f"10.99.0.{10 + number}"


def pods_of(number):
    """The addresses of a node's pods."""
    return f"10.244.{number}.0/24"


class Ground:
    """with Ground() as g: this thread and all that it starts are in the network, and back in their own afterwards. With
    the last process in it the network is gone."""

    def __enter__(self):
        self._before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _must(_libc.unshare(_CLONE_NEWNET))
        for arguments in (
            "link set lo up",
            f"link add {LINK} type bridge",
            f"address add {ADDRESS}/24 dev {LINK}",
            f"link set {LINK} up",
        ):
            _ip(arguments)
        return self

    def __exit__(self, *_):
        _must(_libc.setns(self._before, _CLONE_NEWNET))
        os.close(self._before)

    def connect(self, number, pid):
        """A cable to the network namespace of process `pid`, where its end is `eth0`."""
        with contextlib.suppress(RuntimeError):
            _ip(f"link delete node{number}")  # of one that was there before, if the kernel has not got to it yet
        _ip(f"link add node{number} type veth peer name eth0 netns {pid}")
        _ip(f"link set node{number} master {LINK}")
        _ip(f"link set node{number} up")
        _ip(f"route replace {pods_of(number)} via {node_address(number)}")


def _must(result):
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)} (root, and the right to make namespaces, are needed)")


def _ip(arguments):
    done = subprocess.run(["ip", *arguments.split()], capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {arguments}: {done.stderr.strip()}")
