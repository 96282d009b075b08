"""Real nodes: containerd, runc, kubelet, kube-proxy and kube-router, each node in namespaces of its own (ADR 95).

    ground.py        the network of a run: the control plane, and a cable to each node
    configuration.py what a node's programs read, as texts
    machine.py       a node: started, cut off from one moment to the next, started again, gone without a trace
    node.sh          its first process
    tunables.py      what kubelets change for the whole machine, as it was afterwards
    images.py        our images as docker/ says, and stand-ins for those of others, as containerd has them
    store.py         those of a run: made once for the same sources, the same files for each node
    surroundings.py  what the cluster has before Tidings comes: DNS, disks
    nodes.py         three nodes and their control plane, from nothing
    gateway.py       where an environment's page is reached from
    staging.py       staging, and its database outside of the cluster
    preview.py       a branch's environment
    production.py    Tidings in it: manifests/kind/e2e, which is production's overlay with a way in and a receiver
    losses.py        what is tried there
    growth.py        its volumes grow
    recovery.py      database and NATS are lost and restored
"""
