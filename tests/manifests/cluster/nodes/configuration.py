"""What the programs of a node read: {file: text}."""

import json

from .ground import ADDRESS, PODS, node_address, pods_of

DNS = "10.96.0.10"
PAUSE = "localhost/pause:1"
SOCKET = "/run/containerd/containerd.sock"
# A container may ask for a lower score than ours only with a right that containers of CI do not have.
CONTAINERD = f"""\
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "{SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/var/lib/node/cni"
"""


def files(number, of, control_groups):
    """Of node `number` of `of`; `control_groups`: the path of its groups below each controller."""
    return {
        "containerd.toml": CONTAINERD,
        "cni/10-pods.conflist": json.dumps(_pod_network(number)),
        "kubelet.yaml": json.dumps(_kubelet(control_groups)),
        "proxy.yaml": json.dumps(_proxy()),
        "resolv.conf": "",
        "routes": "".join(f"{pods_of(n)} {node_address(n)}\n" for n in range(1, of + 1) if n != number),
        "address": f"{node_address(number)}/24\n",
        "ground": f"{ADDRESS}\n",
    }


def _pod_network(number):
    addresses = {"type": "host-local", "ranges": [[{"subnet": pods_of(number)}]], "routes": [{"dst": "0.0.0.0/0"}]}
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True, "ipam": addresses}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge, ports]}


def _kubelet(control_groups):
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": control_groups,
        "containerRuntimeEndpoint": f"unix://{SOCKET}",
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "failSwapOn": False,
        "enforceNodeAllocatable": [],
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"imagefs.available": "1%", "nodefs.available": "1%", "memory.available": "100Mi"},
        "oomScoreAdj": 0,
        "clusterDNS": [DNS],
        "clusterDomain": "cluster.local",
        "resolvConf": "/var/lib/node/resolv.conf",
        "volumePluginDir": "/var/lib/node/volume-plugins",
        "syncFrequency": "10s",
    }


def _proxy():
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clusterCIDR": PODS,
        "oomScoreAdj": 0,
        "clientConnection": {"kubeconfig": "/var/lib/node/kubeconfig"},
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }
