"""Real nodes: containerd, runc, kubelet, kube-proxy and kube-router, each node in namespaces of its own (ADR 95).

    ground.py        the network of a run: the control plane, and a cable to each node
    configuration.py what a node's programs read, as texts
    machine.py       a node: started, cut off from one moment to the next, started again, gone without a trace
    node.sh          its first process
    images.py        our images as docker/ says, and stand-ins for those of others: as files that a node can import
    surroundings.py  what the cluster has before Tidings comes: DNS, disks
    production.py    Tidings in it: manifests/kind/e2e, which is production's overlay with a way in and a receiver
"""
