"""The programs of a cluster, and the files of others that it needs: from Go modules, made once, kept in a cache.

A folder of the cache is named after the hash of the go.mod, go.sum and main.go that it was made from: once it is
there no network is needed.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

MODULES = pathlib.Path(__file__).resolve().parent / "modules"
# program: (folder of `modules`, Go package)
PACKAGES = {
    "etcd": ("kubernetes", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": ("kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kube-scheduler": ("kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"),
    "kubelet": ("kubernetes", "k8s.io/kubernetes/cmd/kubelet"),
    "kube-proxy": ("kubernetes", "k8s.io/kubernetes/cmd/kube-proxy"),
    "coredns": ("coredns", "."),
    "kube-router": ("kube-router", "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"),
    "nats": ("natscli", "github.com/nats-io/natscli/nats"),
    "kwok": ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    "argocd": ("argocd", "github.com/argoproj/argo-cd/v3/cmd"),
}
# Go module, as in modules/definitions/go.sum: the files of it that we need, as globs.
FILES = {
    "github.com/argoproj/argo-cd/v3": ("manifests/crds/*-crd.yaml",),
    "github.com/cert-manager/cert-manager": ("deploy/crds/cert-manager.io_*.yaml",),
    "github.com/bitnami-labs/sealed-secrets": ("helm/sealed-secrets/crds/*.yaml",),
    "github.com/cloudnative-pg/cloudnative-pg": ("config/crd/bases/postgresql.cnpg.io_clusters.yaml",),
    "github.com/kyverno/kyverno": (
        "config/crds/policies.kyverno.io/policies.kyverno.io_namespacedimagevalidatingpolicies.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator": ("example/prometheus-operator-crd/*.yaml",),
    "istio.io/istio": ("manifests/charts/base/files/crd-all.gen.yaml",),
    "sigs.k8s.io/gateway-api": ("config/crd/standard/*.yaml",),
    "sigs.k8s.io/kwok": ("kustomize/stage/*/fast/*-*.yaml", "kustomize/stage/node/heartbeat-with-lease/*-*.yaml"),
    "sigs.k8s.io/secrets-store-csi-driver": ("config/crd/bases/*.yaml",),
}
LIMIT = 3 * 3600  # s for one program, on a machine that others use
VERSION = "k8s.io/component-base/version"


class Failed(Exception):
    """A program could not be built, or is not what is pinned."""


def fingerprint(folder):
    """Of what is built in `folder`."""
    names = ("go.mod", "go.sum", "main.go")
    content = b"".join((folder / name).read_bytes() for name in names if (folder / name).exists())
    return hashlib.sha256(content).hexdigest()[:16]


def pinned(text):
    """The modules of a go.sum: {path: (version, hash)}."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return {path: (version, digest) for path, version, digest in lines if not version.endswith("/go.mod")}


def version_flags(go_mod):
    """What Kubernetes' own build tells its programs; without it they say v0.0.0."""
    found = re.search(r"^require k8s\.io/kubernetes (v(\d+)\.(\d+)\.\S+)$", go_mod, re.M)
    if not found:
        return []
    said = {"gitVersion": found[1], "gitMajor": found[2], "gitMinor": found[3], "gitTreeState": "clean"}
    said["buildDate"] = "1970-01-01T00:00:00Z"
    return [f"-X={VERSION}.{name}={value}" for name, value in said.items()]


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("TIDINGS_CACHE") or pathlib.Path(home, "tidings")) / "cluster"


def program(name, say):
    """Its path; built if it is not there."""
    module, package = PACKAGES[name]
    pins = MODULES / module
    file = cache() / f"{module}-{fingerprint(pins)}" / name
    if not file.exists():
        say(f"building {name} (once)")
        flags = ["-s", "-w", *version_flags((pins / "go.mod").read_text(encoding="utf-8"))]
        options = ["-mod=readonly", "-trimpath", f"-ldflags={' '.join(flags)}"]
        with new(file) as part:
            _go(["build", *options, "-o", part, package], pins, LIMIT)
    return file


def files(say):
    """The folder of FILES: MODULE/..., as in the module; fetched if it is not there."""
    pins = MODULES / "definitions"
    folder = cache() / f"definitions-{fingerprint(pins)}"
    if not folder.exists():
        say("fetching the definitions of custom resources (once)")
        with new(folder) as part:
            for path, (version, digest) in pinned((pins / "go.sum").read_text(encoding="utf-8")).items():
                _copy(_fetched(path, version, digest), part / path, FILES[path])
    return folder


def _fetched(path, version, digest):
    with tempfile.TemporaryDirectory() as nowhere:  # in no module: what it requires itself is not wanted
        got = json.loads(_go(["mod", "download", "-json", f"{path}@{version}"], nowhere, 900))
    if got["Sum"] != digest:
        raise Failed(f"{path} {version} has the hash {got['Sum']}, and {digest} is pinned")
    return pathlib.Path(got["Dir"])


def _copy(module, to, globs):
    for pattern in globs:
        found = [f for f in sorted(module.glob(pattern)) if f.is_file()]
        if not found:
            raise Failed(f"{module.name} has no {pattern}")
        for file in found:
            target = to / file.relative_to(module)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _go(arguments, where, limit):
    try:
        done = subprocess.run(
            ["nice", "go", *map(str, arguments)],
            cwd=where,
            env={**os.environ, "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except FileNotFoundError:
        raise Failed("Go is not installed here (see tests/manifests/cluster/modules for the version)") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"go {arguments[0]} took more than {limit} s") from None
    if done.returncode:
        raise Failed(f"go {' '.join(map(str, arguments))}:\n{(done.stderr + done.stdout)[-2000:]}")
    return done.stdout


class new:
    """with new(PATH) as part: what is made at `part` gets to PATH complete, or not at all."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.part = path, path.with_name(f"{path.name}.{os.getpid()}")

    def __enter__(self):
        return self.part

    def __exit__(self, wrong, *_):
        if not wrong:
            # Another run may have made the same meanwhile; a folder cannot replace it.
            if not self.path.is_dir():
                self.part.rename(self.path)
        shutil.rmtree(self.part, ignore_errors=True)
        self.part.unlink(missing_ok=True)
