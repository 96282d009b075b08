"""The branch of an environment: what it runs, manifests and images in one commit. Argo CD follows it.

Only tools/promote and tools/rollback move it, and only forward: each adds a commit whose first parent is the one
before. What an environment ran on a day is `git log --first-parent`.
"""

import os
import tempfile

from . import programs
from .failure import Failure
from .history import commit_of, git, is_ancestor, overlay_at
from .images import ROOT, path_of

PROMOTED, ROLLED_BACK = "Promoted-commit", "Rolled-back-to"


class Branch:
    """`tip`: the newest commit known here; None before the first promotion."""

    def __init__(self, environment):
        self.name, self.path = environment, path_of(environment)
        self.tip = self._newest()

    def _newest(self):
        here, there = commit_of(f"refs/heads/{self.name}"), commit_of(f"refs/remotes/origin/{self.name}")
        if not here or not there or is_ancestor(there, here):
            return here or there
        if is_ancestor(here, there):
            return there
        raise Failure(f"{self.name} and origin/{self.name} have parted: look at what is only here, and take it away")

    def overlay(self):
        return overlay_at(self.tip, self.path)

    def states(self, start=None):
        """The promotions and rollbacks that it was at, newest first."""
        ours = f"--grep=^({PROMOTED}|{ROLLED_BACK}): "
        return git("log", "--first-parent", "--format=%H", "-E", ours, start or self.tip).split() if self.tip else []

    def must_be_ours(self):
        """What others put there, the next promotion would take away without a word."""
        states = self.states()
        if not states:
            return "no promotion yet"
        by_hand = git("rev-list", "--first-parent", f"{states[0]}..{self.tip}").split()
        if by_hand:
            changed = [git("log", "-1", "--format=%h %an: %s", state).strip() for state in by_hand]
            advice = "bring it to main; --overwrite leaves it out of what is promoted"
            raise Failure("\n".join([f"{self.name} was changed by hand ({advice}):", *changed]))
        return f"moved by promotions only, at {self.tip[:12]}"

    def previous(self):
        """The newest state with other images; what was rolled back from does not count as previous."""
        start, now = self.tip, self.overlay().versions()
        while True:
            for state in self.states(start):
                if overlay_at(state, self.path).versions() != now:
                    return state
                back_to = _trailer(state, ROLLED_BACK)
                if back_to:
                    start = back_to
                    break
            else:
                raise Failure(f"{self.name} never had other images than today's")

    def tree_of(self, commit, versions):
        """That commit's files, with these images in the environment's overlay."""
        text = overlay_at(commit, self.path).with_images(versions)
        with tempfile.TemporaryDirectory(prefix="tidings-index-") as folder:
            environment = os.environ | {"GIT_INDEX_FILE": f"{folder}/index"}

            def with_index(*arguments, stdin=None):
                command = ["git", "-C", ROOT, *arguments]
                return programs.run(command, timeout=60, env=environment, stdin=stdin).strip()

            with_index("read-tree", commit)
            blob = with_index("hash-object", "-w", "--stdin", stdin=text)
            with_index("update-index", "--cacheinfo", f"100644,{blob},{self.path}")
            return with_index("write-tree")

    def diff(self, tree):
        """What of the deployment changes."""
        return (
            git("diff", self.tip, tree, "--", "manifests") if self.tip else f"{self.name} begins with this promotion\n"
        )

    def move(self, tree, message, *, merged=None):
        """One line about the new commit. `merged`: where its files come from."""
        local = f"refs/heads/{self.name}"
        if git("symbolic-ref", "--quiet", "HEAD", ok=(0, 1)).strip() == local:
            raise Failure(f"{self.name} is checked out here: git switch main")
        parents = [option for parent in (self.tip, merged) if parent for option in ("-p", parent)]
        made = git("commit-tree", tree, *parents, "-m", message).strip()
        git("update-ref", local, made, commit_of(local) or "0" * 40)
        return git("log", "-1", "--format=%h %s", made).strip()


def _trailer(commit, key):
    return git("log", "-1", f"--format=%(trailers:key={key},valueonly)", commit).strip()
