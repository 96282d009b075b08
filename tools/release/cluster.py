"""A cluster, through kubectl. Nothing waits longer than until the one deadline."""

import json
import time

from . import programs
from .failure import Failure
from .rendering import BRANCH_ANNOTATION, OWNED
from .slug import PREFIX, is_protected


class Cluster:
    def __init__(self, *, deadline, context="", user=""):
        self.until = time.monotonic() + deadline
        self.base = ["kubectl", *([f"--context={context}"] if context else []), *([f"--as={user}"] if user else [])]

    def _left(self):
        left = self.until - time.monotonic()
        if left < 1:
            raise Failure("the deadline is over (--timeout)")
        return left

    def _kubectl(self, *arguments, stdin=None):
        left = self._left()
        return programs.run(
            [*self.base, f"--request-timeout={min(60, int(left))}s", *arguments], timeout=left + 5, stdin=stdin
        )

    def _wait(self, *arguments):
        """For kubectl's own --timeout, which must be the shorter one; and --request-timeout would cut its watch."""
        left = self._left()
        return programs.run([*self.base, *arguments, f"--timeout={int(left)}s"], timeout=left + 15)

    def owned_namespace(self, name, branch):
        """The namespace, or None when it does not exist. Failure when it is not ours or another branch's."""
        if is_protected(name) or not name.startswith(PREFIX):
            raise Failure(f"namespace '{name}' is protected: only {PREFIX}* are this tool's")
        text = self._kubectl("get", "namespace", name, "--ignore-not-found", "--output=json")
        if not text.strip():
            return None
        about = json.loads(text)["metadata"]
        if about.get("labels", {}).get(OWNED[0]) != OWNED[1]:
            raise Failure(f"namespace '{name}' has no label {OWNED[0]}={OWNED[1]}: it is not ours and stays as it is")
        owner = about.get("annotations", {}).get(BRANCH_ANNOTATION, branch)
        if owner != branch:
            raise Failure(f"namespace '{name}' belongs to branch '{owner}', not to '{branch}'")
        return about

    def apply(self, text, *, dry_run="none"):
        return self._kubectl(
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=feature-env",
            "--validate=strict",
            f"--dry-run={dry_run}",
            "--filename=-",
            stdin=text,
        )

    def get(self, kind, name="", *, namespace=""):
        """The objects of a kind, or the one of that name, if there is one."""
        where = [f"--namespace={namespace}"] if namespace else []
        text = self._kubectl("get", kind, *([name] if name else []), *where, "--ignore-not-found", "--output=json")
        found = json.loads(text) if text.strip() else {"items": []}
        return found["items"] if "items" in found else [found]

    def run(self, *arguments, stdin=None):
        """Any other command, which ends by itself."""
        return self._kubectl(*arguments, stdin=stdin)

    def delete_job(self, namespace, job):
        """A Job cannot be changed: it is recreated."""
        self._wait("delete", job, f"--namespace={namespace}", "--ignore-not-found", "--wait=true")

    def await_rollout(self, namespace, name):
        self._wait("rollout", "status", name, f"--namespace={namespace}")

    def await_job(self, namespace, job):
        self._wait("wait", job, f"--namespace={namespace}", "--for=condition=complete")

    def state(self, namespace):
        """What a person wants to see when a wait has failed. Best effort."""
        try:
            args = [*self.base, "--request-timeout=10s", "get", "pods", f"--namespace={namespace}", "--output=wide"]
            return programs.run(args, timeout=15)
        except Failure as wrong:
            return str(wrong)

    def delete_namespace(self, name, branch):
        """False when there is none. The only thing that ever deletes; looks at the live namespace first."""
        if self.owned_namespace(name, branch) is None:
            return False
        self._wait("delete", "namespace", name, "--wait=true")
        return True
