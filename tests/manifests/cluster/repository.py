"""Git: an origin that Argo CD reads, and a checkout of it with the manifests and the release tools of this tree."""

import os
import pathlib
import shutil
import subprocess

ADDRESS = "https://github.com/tidings/tidings.git"
ROOT = pathlib.Path(__file__).resolve().parents[3]
PARTS = ("manifests", "cluster-manifests", "tools", "docker", "services/todo-be/migrations")
WHO = {f"GIT_{who}_{what}": "cluster-test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
SECRETS = ("GIT_", "DATABASE_URL", "API_TOKEN", "BROADCASTER_API_TOKEN", "GITHUB_TOKEN", "ALERTS_TOKEN")


class Repository:
    """main and production are the same at first. In cluster-manifests it has its own address."""

    def __init__(self, folder):
        self.origin, self.folder = folder / "origin.git", folder / "checkout"
        self.folder.mkdir(parents=True)
        for part in PARTS:
            shutil.copytree(ROOT / part, self.folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (self.folder / "cluster-manifests").glob("*.yaml"):
            file.write_text(file.read_text(encoding="utf-8").replace(ADDRESS, self.url), encoding="utf-8")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", self.origin)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", self.origin)
        self.commit("as it is")
        self.git("push", "--quiet", "origin", "main", "main:production")

    @property
    def url(self):
        return f"file://{self.origin}"

    def edit(self, path, old, new):
        """In the checkout; what is to be replaced must be there."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{path} does not say {old}")
        file.write_text(text.replace(old, new), encoding="utf-8")

    def commit(self, text):
        """Its id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", text)
        return self.git("rev-parse", "HEAD")

    def push(self, *branches):
        self.git("push", "--quiet", "origin", *branches)

    def head(self, branch):
        """The commit of a branch at the origin."""
        return self.git("rev-parse", f"refs/remotes/origin/{branch}")

    def on(self, branch, text, *edits):
        """`edits` of edit(), committed to `branch` of the origin and pushed; the commit."""
        self.git("fetch", "--quiet")
        self.git("checkout", "--quiet", "--detach", f"origin/{branch}")
        for path, old, new in edits:
            self.edit(path, old, new)
        made = self.commit(text)
        self.push(f"HEAD:refs/heads/{branch}")
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--ff-only", "origin/main")
        return made

    def git(self, *arguments):
        return self.run("git", *arguments)

    def run(self, program, *arguments, limit=60, **environment):
        """What it prints, in the checkout; RuntimeError with what it says when it fails."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(SECRETS)}
        own = {"GIT_CONFIG_GLOBAL": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [str(program), *map(str, arguments)],
            cwd=self.folder,
            env=kept | WHO | own | environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        if done.returncode:
            said = f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}".strip()
            raise RuntimeError(f"{program} {' '.join(map(str, arguments[:2]))}: {said}")
        return done.stdout.strip()
