"""A container's script, run here, as KWOK runs none: with the rights of its pod's ServiceAccount, and no others."""

import os
import pathlib
import subprocess

from policy.objects import pods

LIMIT = 120  # s


def run(cluster, cron_job):
    """What the container of a CronJob would do; what it prints. RuntimeError with what it says when it fails."""
    pod, namespace = next(pods([cron_job])), cron_job["metadata"]["namespace"]
    (container,) = pod.spec["containers"]
    folder = cluster.folder / f"{namespace}-{cron_job['metadata']['name']}"
    folder.mkdir(exist_ok=True)
    kubeconfig = cluster.kubeconfig_of(pod.spec["serviceAccountName"], namespace, folder / "kubeconfig")
    given = {"PATH": os.environ["PATH"], "HOME": folder, "KUBECONFIG": kubeconfig, "NAMESPACE": namespace}
    program, *arguments = container["command"]
    done = subprocess.run(
        [_unpacked(cluster.api, pod, program, folder), *arguments],
        env={name: str(value) for name, value in given.items()},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{cron_job['metadata']['name']}: {done.stderr.strip()}")
    return done.stdout


def _unpacked(api, pod, path, folder):
    """A file of one of the pod's ConfigMaps, as the container sees it at `path`."""
    mounted = pathlib.PurePosixPath(path)
    mount = next(m for m in pod.spec["containers"][0]["volumeMounts"] if m["mountPath"] == str(mounted.parent))
    name = next(v for v in pod.spec["volumes"] if v["name"] == mount["name"])["configMap"]["name"]
    about = {"name": name, "namespace": pod.owner["metadata"]["namespace"]}
    data = api.get({"apiVersion": "v1", "kind": "ConfigMap", "metadata": about})["data"]
    file = folder / mounted.name
    file.write_text(data[mounted.name], encoding="utf-8")
    file.chmod(0o755)
    return file
