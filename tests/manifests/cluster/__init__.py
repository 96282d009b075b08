"""A real API server with everything of Kubernetes that decides (tools/cluster-test), and what is checked on it.

etcd, kube-apiserver, kube-controller-manager, kube-scheduler and Argo CD (application-controller, repo-server) are the
real ones, and so are kubectl, kustomize, our scripts and tools. KWOK stands for kubelets: pods become ready, and Jobs
done, without being run, so probes, images, missing Secrets and the enforcement of network policies are not tested
here. Other stand-ins: stand_ins.py, metrics.py, and the generator of the ApplicationSets (previews_check.py).
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tools"))
