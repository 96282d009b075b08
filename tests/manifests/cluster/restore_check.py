"""Database and NATS of production are restored as docs/operations.md says, command by command.

What the Jobs do is tested elsewhere (parts/restore_test): here they must be taken, placed beside their volumes, and
end.
"""

import os
import re
import subprocess

from policy import render

from .deployed import DEPLOYED, REPOSITORY

ABOUT = "database and NATS are restored as the runbook says: its commands, the quota, both volumes on one node"
SETTING = DEPLOYED
CHAPTERS = ("Restore the database", "Restore NATS")
LIMIT = 180  # s of a command
# Nothing that runs answers here: no logs, no NATS, no product.
NOT_HERE = re.compile(r"[;&\s]*kubectl -n project logs [^;&|]*|^nats .*|^tools/.*")


def check(deployed, report):
    for chapter in CHAPTERS:
        for command in commands(chapter):
            run(deployed, command)
            report.counts["commands"] += 1
        report.add(chapter, deployed.recovers())


def commands(chapter):
    """Of its first block: what can be run here, and the same Job twice under two names."""
    text = (render.ROOT / "docs/operations.md").read_text(encoding="utf-8").split(f"\n### {chapter}\n")[1]
    block = text.split("```sh\n")[1].split("```")[0]
    lines = [re.sub(r"\s+#.*|^#.*", "", line) for line in re.sub(r"(\||\\)\n\s*", r"\1 ", block).splitlines()]
    names = {}
    for line in filter(None, (NOT_HERE.sub("", line).strip() for line in lines)):
        if made := re.search(r"create job --from=\S+ (\S+)", line):
            name = made[1]
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                line = line.replace(name, f"{name}-{names[name]}")
        yield line


def run(deployed, command):
    """By a shell, where the repository is Argo CD's own one here; RuntimeError with what is said when it fails."""
    command = command.replace(
        "cluster-manifests | ", f"cluster-manifests | sed s,{REPOSITORY},{deployed.repository.url}, | "
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=render.ROOT,
        env=os.environ | {"KUBECONFIG": str(deployed.cluster.kubeconfig)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.strip()[-800:]}")
