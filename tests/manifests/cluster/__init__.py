"""A real API server with everything of Kubernetes that decides (tools/cluster-test), and what is checked on it.

etcd, kube-apiserver, kube-controller-manager, kube-scheduler and Argo CD are the real ones. KWOK stands for
kubelets: pods become ready without being run, so probes, images, missing Secrets and network policies are not
tested here.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools"))
