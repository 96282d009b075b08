"""A repository for tests of promote and rollback: our tools, two overlays, migrations, a few commits."""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
NAMES = ("broadcaster", "todo-be", "todo-cron", "todo-fe")
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "DATABASE_URL", "API_TOKEN"))} | {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@tidings.example",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@tidings.example",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def digest(n):
    return f"sha256:{n:064x}"


class Repository:
    def __init__(self, folder):
        self.root = pathlib.Path(folder)
        shutil.copytree(ROOT / "tools", self.root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "services/todo-be/migrations", self.root / "services/todo-be/migrations")
        self.git("init", "--quiet", "--initial-branch=main")
        # Prints what ctest prints at the end of ./dev test.
        self.write("dev", '#!/bin/sh\necho "100% tests passed, 0 tests failed out of 3"\n')
        (self.root / "dev").chmod(0o755)
        for environment, namespace in (("staging", "staging"), ("production", "project")):
            self.write(
                self.path(environment),
                f"# {environment}\nnamespace: {namespace}\nimages:\n"
                + "".join(f"  - {{name: tidings/{n}, newTag: 0.1.0}}\n" for n in NAMES)
                + "  - {name: nats, newTag: 2.10.29-alpine}\n# What follows stays.\nresources: []\n",
            )
        self.commit("begin")

    @staticmethod
    def path(environment):
        return f"manifests/overlays/{environment}/kustomization.yaml"

    def git(self, *arguments):
        done = subprocess.run(
            ["git", "-C", self.root, *arguments], check=True, capture_output=True, text=True, env=ENVIRONMENT
        )
        return done.stdout.strip()

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def read(self, environment):
        return (self.root / self.path(environment)).read_text(encoding="utf-8")

    def deploy(self, environment, tag, number):
        """Like CI: tag and digest of all four."""
        lines = [line for line in self.read(environment).splitlines(True) if "tidings/" not in line]
        registry = f"registry.{environment}.example"
        images = [
            f'  - {{name: tidings/{n}, newName: {registry}/{n}, newTag: "{tag}", digest: "{digest(number + i)}"}}\n'
            for i, n in enumerate(NAMES)
        ]
        at = lines.index("images:\n") + 1
        self.write(self.path(environment), "".join(lines[:at] + images + lines[at:]))
        return self.commit(f"{environment}: {tag}")

    def promoted(self, tag, number):
        """A state of the branch `production` as tools/promote makes one: that commit's files, with images."""
        main = self.git("rev-parse", "HEAD")
        self.deploy("production", tag, number)
        return self._moved("production", f"Promote\n\nPromoted-commit: {tag}", main)

    def by_hand(self, environment, path, text):
        """A change on the environment's branch that is not a promotion."""
        main = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", environment)
        self.write(path, text)
        made = self.commit("by hand")
        self.git("checkout", "--quiet", "main")
        assert self.git("rev-parse", "HEAD") == main
        return made

    def _moved(self, branch, message, main):
        try:
            tip = self.git("rev-parse", f"refs/heads/{branch}")
        except subprocess.CalledProcessError:
            tip = None
        parents = [option for parent in (tip, main) if parent for option in ("-p", parent)]
        made = self.git("commit-tree", "HEAD^{tree}", *parents, "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", made)
        self.git("reset", "--quiet", "--hard", main)
        return made

    def show(self, revision, path):
        return self.git("show", f"{revision}:{path}") + "\n"

    def run(self, tool, *arguments, **environment):
        return subprocess.run(
            [self.root / "tools" / tool, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            env=ENVIRONMENT | environment,
        )
