"""docs/operations.md, and its commands: what it says is what is run."""

import os
import subprocess

from policy import render

LIMIT = 180  # s of a command


def text():
    return (render.ROOT / "docs/operations.md").read_text(encoding="utf-8")


def run(deployed, command):
    """What it prints, run by a shell in a checkout of the repository; RuntimeError with what it says when it fails."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=deployed.repository.folder,
        env=os.environ | {"KUBECONFIG": str(deployed.cluster.kubeconfig)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.strip()[-800:]}")
    return done.stdout.strip()
