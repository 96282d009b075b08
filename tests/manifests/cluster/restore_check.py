"""Database and NATS of production are restored as docs/operations.md says, command by command.

What the Jobs do is tested elsewhere (parts/restore_test): here they must be taken, placed beside their volumes, and
end.
"""

import re

from . import runbook
from .deployed import DEPLOYED

ABOUT = "database and NATS are restored as the runbook says: its commands, the quota, both volumes on one node"
SETTING = DEPLOYED
CHAPTERS = ("Restore the database", "Restore NATS")
# Nothing that runs answers here: no logs, no NATS, no product.
NOT_HERE = re.compile(r"[;&\s]*kubectl -n project logs [^;&|]*|^nats .*|^tools/.*")


def check(deployed, report):
    for chapter in CHAPTERS:
        for command in commands(chapter):
            runbook.run(deployed, command)
            report.counts["commands"] += 1
        report.add(chapter, deployed.recovers())


def commands(chapter):
    """Of its first block: what can be run here, and the same Job twice under two names."""
    block = runbook.text().split(f"\n### {chapter}\n")[1].split("```sh\n")[1].split("```")[0]
    lines = [re.sub(r"\s+#.*|^#.*", "", line) for line in re.sub(r"(\||\\)\n\s*", r"\1 ", block).splitlines()]
    names = {}
    for line in filter(None, (NOT_HERE.sub("", line).strip() for line in lines)):
        if made := re.search(r"create job --from=\S+ (\S+)", line):
            name = made[1]
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                line = line.replace(name, f"{name}-{names[name]}")
        yield line
