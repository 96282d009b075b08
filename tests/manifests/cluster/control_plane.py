"""Kubernetes on this machine's loopback, at free ports, in a folder of its own: nothing outlives it."""

import contextlib
import os
import pathlib
import secrets
import shutil
import subprocess

from private_servers.ports import free_port
from private_servers.process import Process

from .api import Api, Refused

LIMIT = 300  # s until a program is ready, on a machine that others use
ADMISSION = (
    "NamespaceLifecycle,ServiceAccount,Priority,PodSecurity,LimitRanger,ResourceQuota,"
    "ValidatingAdmissionPolicy,MutatingAdmissionWebhook,ValidatingAdmissionWebhook"
)


class ControlPlane:
    """with ControlPlane(FOLDER, PROGRAM) as c: c.api, c.kubeconfig. PROGRAM(name) is the path of a program. `address`:
    at which nodes reach it, where there are real ones."""

    def __init__(self, folder, program, address=None):
        self.folder, self.program, self._address = pathlib.Path(folder), program, address
        self.kubeconfig = self.folder / "kubeconfig"
        self._token = secrets.token_hex(16)
        self._exit = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            undo.callback(self._exit.close)
            self._start_storage()
            self._start_server()
            self._write_kubeconfig()
            self._start_controllers()
            undo.pop_all()
        return self

    def __exit__(self, *_):
        self._exit.close()

    def run(self, name, *arguments, environment=None, log=None):
        """A program that ends with the cluster, before those that were started before it."""
        process = Process([self.program(name), *arguments], log or self.folder / f"{name}.log", environment)
        self._exit.callback(process.stop)
        return process

    def enter(self, context):
        """What it gives; it ends with the cluster, as a program does."""
        return self._exit.enter_context(context)

    def kubectl(self, *arguments, stdin=None, limit=120):
        """What it prints; RuntimeError with what it says when it fails."""
        done = subprocess.run(
            ["kubectl", *map(str, arguments)],
            env={**os.environ, "KUBECONFIG": str(self.kubeconfig)},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"kubectl {' '.join(map(str, arguments))}: {done.stderr.strip()[:1000]}")
        return done.stdout

    def acting_as(self, user):
        return Api(self.url, self._token, self.certificate, user)

    @property
    def certificate(self):
        return self.folder / "certificates" / "apiserver.crt"

    def _start_storage(self):
        self._storage, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self.run(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={self._storage}",
            f"--advertise-client-urls={self._storage}",
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={peers}",
            f"--initial-cluster=default={peers}",
            "--unsafe-no-fsync",
            "--log-level=warn",
        )

    def _start_server(self):
        self._make_key()
        (self.folder / "tokens.csv").write_text(f"{self._token},admin,admin,system:masters\n", encoding="ascii")
        port = free_port()
        self.url = f"https://{self._address or '127.0.0.1'}:{port}"
        server = self.run(
            "kube-apiserver",
            f"--etcd-servers={self._storage}",
            *self._where(),
            f"--secure-port={port}",
            f"--cert-dir={self.certificate.parent}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.folder / 'accounts.pub'}",
            f"--service-account-signing-key-file={self.folder / 'accounts.key'}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--allow-privileged=false",
            "--service-cluster-ip-range=10.96.0.0/16",
            f"--enable-admission-plugins={ADMISSION}",
            "--profiling=false",
        )
        server.wait_until(self._is_ready, "starting", LIMIT)

    def _where(self):
        """Of real nodes pods ask it too, and it asks kubelets."""
        if not self._address:
            return ["--bind-address=127.0.0.1", "--endpoint-reconciler-type=none"]
        known = f"--advertise-address={self._address}"
        return ["--bind-address=0.0.0.0", known, "--kubelet-preferred-address-types=InternalIP"]

    def _make_key(self):
        key, public = self.folder / "accounts.key", self.folder / "accounts.pub"
        for command in (["genrsa", "-out", key, "2048"], ["rsa", "-in", key, "-pubout", "-out", public]):
            subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True, timeout=60)

    def _is_ready(self):
        if not self.certificate.exists():
            return False
        try:
            self.api = self.acting_as(None)
            self.api.call("GET", "/readyz")
        except (OSError, Refused):
            return False
        return True

    def _write_kubeconfig(self):
        self._write(self.kubeconfig, self._token, "argocd")

    def write_kubeconfig(self, file, authority, seen_at):
        """The administrator's, with a copy of the certificate, which the reader sees at another path."""
        shutil.copyfile(self.certificate, authority)
        self._write(file, self._token, "default", seen_at)

    def kubeconfig_of(self, account, namespace, file):
        """Writes one with the rights of a ServiceAccount, and no other; the file."""
        asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        self._write(file, self.api.call("POST", path, asked).object["status"]["token"], namespace)
        return file

    def _write(self, file, token, namespace, authority=None):
        file.touch(mode=0o600)
        file.write_text(
            f"""apiVersion: v1
kind: Config
clusters: [{{name: local, cluster: {{server: "{self.url}", certificate-authority: {authority or self.certificate}}}}}]
users: [{{name: user, user: {{token: {token}}}}}]
contexts: [{{name: local, context: {{cluster: local, user: user, namespace: {namespace}}}}}]
current-context: local
""",
            encoding="utf-8",
        )

    def _start_controllers(self):
        for name, *more in (
            (
                "kube-controller-manager",
                f"--service-account-private-key-file={self.folder / 'accounts.key'}",
                f"--root-ca-file={self.certificate}",
                "--use-service-account-credentials=false",
                "--controllers=*",
                "--horizontal-pod-autoscaler-sync-period=5s",
            ),
            ("kube-scheduler",),
        ):
            self.run(
                name,
                f"--kubeconfig={self.kubeconfig}",
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                f"--secure-port={free_port()}",
                f"--cert-dir={self.folder / name}",
                *more,
            )
