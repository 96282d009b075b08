"""Argo CD's application-controller and repo-server."""

from private_servers.ports import free_port, is_free

LIMIT = 120  # s until it runs
CONFIGURATION = {
    "argocd-cm": {"timeout.reconciliation": "30s", "timeout.reconciliation.jitter": "0s"},
    "argocd-rbac-cm": {},
    "argocd-cmd-params-cm": {},
    "argocd-tls-certs-cm": {},
    "argocd-ssh-known-hosts-cm": {},
    "argocd-gpg-keys-cm": {},
}


def start(cluster):
    """It runs, and knows the projects that there are. (One that an Application names and that it has not seen yet does
    not exist, it says, and fails the first sync.)"""
    for o in _objects():
        cluster.api.apply(o)
    home = cluster.folder / "argo"
    for name in ("gpg/keys", "tls", "ssh", "plugin", "home"):
        (home / name).mkdir(parents=True)
    (home / "ssh" / "ssh_known_hosts").touch()
    redis, server = free_port(), free_port()
    cluster.run("redis-server", "--bind", "127.0.0.1", "--port", redis, "--save", "", "--appendonly", "no")
    environment = _environment(cluster, home)
    _run(
        cluster,
        environment,
        "argocd-repo-server",
        "--address=127.0.0.1",
        f"--port={server}",
        "--metrics-address=127.0.0.1",
        f"--metrics-port={free_port()}",
        f"--redis=127.0.0.1:{redis}",
        "--disable-tls",
    )
    metrics = free_port()
    controller = _run(
        cluster,
        environment,
        "argocd-application-controller",
        "--namespace=argocd",
        f"--metrics-port={metrics}",
        f"--redis=127.0.0.1:{redis}",
        f"--repo-server=127.0.0.1:{server}",
        "--repo-server-plaintext",
        "--app-resync=30",
    )
    # It listens once it knows what there is.
    controller.wait_until(lambda: not is_free(metrics), "starting", LIMIT)


def _run(cluster, environment, name, *arguments):
    """All of Argo CD is one program: its name, here by environment, says which part."""
    log = cluster.folder / f"{name}.log"
    return cluster.run("argocd", *arguments, environment=environment | {"ARGOCD_BINARY_NAME": name}, log=log)


def _environment(cluster, home):
    return {
        "KUBECONFIG": cluster.kubeconfig,
        "HOME": home / "home",
        "TMPDIR": home,
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        "ARGOCD_GNUPGHOME": home / "gpg" / "keys",
        "ARGOCD_TLS_DATA_PATH": home / "tls",
        "ARGOCD_SSH_DATA_PATH": home / "ssh",
        "ARGOCD_PLUGINSOCKFILEPATH": home / "plugin",
    }


def _objects():
    part = {"app.kubernetes.io/part-of": "argocd"}
    for name, data in CONFIGURATION.items():
        about = {"name": name, "namespace": "argocd", "labels": part | {"app.kubernetes.io/name": name}}
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data}
    about = {
        "name": "argocd-secret",
        "namespace": "argocd",
        "labels": part | {"app.kubernetes.io/name": "argocd-secret"},
    }
    yield {"apiVersion": "v1", "kind": "Secret", "metadata": about, "stringData": {"server.secretkey": "0" * 32}}
