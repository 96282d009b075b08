#!/usr/bin/env bash
# node.sh NAME FOLDER LOGS KUBELET KUBE-PROXY KUBE-ROUTER: the first process of a node, in namespaces of its own
# (machine.py). When it ends, all of the node has ended. FOLDER becomes the node's /var; its /run is in memory.
# LOGS: how its logs begin, as a path. When one of its programs ends, the node does.
set -euo pipefail
name="$1" folder="$2" logs="$3" kubelet="$4" kube_proxy="$5" kube_router="$6"

mount --bind "$folder" /var
mount -t tmpfs -o mode=0755 run /run
mkdir -p /run/lock /var/log /var/tmp /var/lib
cd /var/lib/node

ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.1; done # the cable: ground.py
ip address add "$(cat address)" dev eth0
ip link set eth0 up
ip route add default via "$(cat ground)"
while read -r pods via; do ip route add "$pods" via "$via"; done <routes
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
# A connection that nobody answered leads to the same pod for so long, two minutes as a rule. All requests come from one client, whose
# ports come round sooner: new ones would go where a node's dead pod was (of kernels since 5.14 none is renewed).
sysctl -qew net.netfilter.nf_conntrack_tcp_timeout_syn_sent=15

start() {
    local program="$1"
    shift
    "$@" >>"$logs-$program.log" 2>&1 </dev/null &
}

start containerd containerd --config containerd.toml
until [ -S /run/containerd/containerd.sock ] && ctr version >/dev/null 2>&1; do sleep 0.2; done
start kubelet "$kubelet" --config kubelet.yaml --kubeconfig kubeconfig --hostname-override "$name" \
    --node-ip "$(cut -d/ -f1 address)" --root-dir /var/lib/kubelet --cert-dir /var/lib/node/certificates
start kube-proxy "$kube_proxy" --config proxy.yaml --hostname-override "$name"
NODE_NAME="$name" start kube-router "$kube_router" --kubeconfig kubeconfig --run-firewall=true --run-router=false \
    --run-service-proxy=false --hostname-override "$name" --health-port 0 --metrics-port 0 \
    --service-cluster-ip-range 10.96.0.0/16
wait -n
