"""Rules for every workflow beyond actionlint. problems(text, root) lists each violation."""

import os
import re

import yaml

SCRIPT = re.compile(r"(?:^|[\s\"'(=])((?:\./|\.ci/|docker/|tools/)[\w./-]+)")
HOSTS = re.compile(r"\b(ghcr\.io|docker\.io|quay\.io|gcr\.io|azurecr\.io|amazonaws\.com)\b")


def use_problems(text):
    """By line, since the version is a comment."""
    wrong = []
    for line in text.splitlines():
        used = re.match(r"\s*(?:- )?uses:\s*(.*)", line)
        if used and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used.group(1)):
            wrong.append(f"{used.group(1)}: an action is pinned as owner/name@<40 hex> # vX.Y.Z")
    return wrong


def script_problems(run, root):
    """Scripts of the repository, named from its root: they must exist, and be runnable unless an interpreter stands
    before them."""
    wrong = []
    for found in SCRIPT.finditer(run):
        path = root / found.group(1)
        interpreted = re.search(r"(python3|source)\s*$", run[: found.start(1)])
        if not path.is_file():
            wrong.append(f"{found.group(1)}: there is no such script")
        elif not interpreted and not os.access(path, os.X_OK):
            wrong.append(f"{found.group(1)}: it cannot be run")
    return wrong


def step_problems(step, writes, root):
    wrong = script_problems(step.get("run", ""), root)
    if "${{" in step.get("run", ""):
        wrong.append(f"run: {step['run'].splitlines()[0]}: values come through env, never as ${{{{ }}}} in a script")
    keeps = step.get("with", {}).get("persist-credentials") is not False
    if step.get("uses", "").startswith("actions/checkout@") and keeps and not writes:
        wrong.append("checkout: persist-credentials: false, where nothing is pushed")
    return wrong


def container_problems(job):
    """In a container git runs as root in a folder of the runner's user, and refuses ("dubious ownership") until it is
    told; without git at all, checkout takes an archive, in which there are no commits."""
    steps = job.get("steps", [])
    checkout = next((n for n, s in enumerate(steps) if s.get("uses", "").startswith("actions/checkout@")), None)
    if not job.get("container") or checkout is None:
        return []
    wrong = []
    if not any(re.search(r"apt-get install .*\bgit\b", s.get("run", "")) for s in steps[:checkout]):
        wrong.append("its container gets git before the checkout")
    trusted = 'git config --global --add safe.directory "$GITHUB_WORKSPACE"'
    if checkout + 1 >= len(steps) or not steps[checkout + 1].get("run", "").startswith(trusted):
        wrong.append("git is told to trust the folder (safe.directory), first thing after the checkout")
    return wrong


def job_problems(name, job, root):
    wrong = []
    permissions = job.get("permissions")
    if not isinstance(permissions, dict) or not permissions:
        wrong.append(f"{name}: says its permissions, each one")
    if not isinstance(job.get("timeout-minutes"), int):
        wrong.append(f"{name}: timeout-minutes is missing")
    if "latest" in str(job.get("runs-on", "")):
        wrong.append(f"{name}: runs-on names a version")
    container = job.get("container", "")
    image = container.get("image", "") if isinstance(container, dict) else container
    if image and not re.fullmatch(r"\S+:[\w.-]+@sha256:[0-9a-f]{64}", image):
        wrong.append(f"{name}: its container is pinned by tag and digest")
    writes = isinstance(permissions, dict) and permissions.get("contents") == "write"
    wrong += [f"{name}: {p}" for p in container_problems(job)]
    return wrong + [f"{name}: {p}" for step in job.get("steps", []) for p in step_problems(step, writes, root)]


def problems(text, root):
    workflow = yaml.safe_load(text)
    triggers = workflow.get(True, {})  # YAML 1.1 reads "on" as true
    wrong = use_problems(text)
    if workflow.get("permissions") != {}:
        wrong.append("permissions: {} for the whole; each job says what it needs")
    if "group" not in (workflow.get("concurrency") or {}):
        wrong.append("concurrency has no group")
    if "pull_request_target" in triggers:
        wrong.append("pull_request_target runs a stranger's code with our rights")
    wrong += [f"{host}: a registry's host comes from a variable" for host in HOSTS.findall(text)]
    return wrong + [p for name, job in workflow["jobs"].items() for p in job_problems(name, job, root)]
