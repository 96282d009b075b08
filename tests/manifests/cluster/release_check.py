"""A release from the build to production and back, by our tools, as Argo CD then deploys it.

What tools/promote asks before is real: programs of this tree, PostgreSQL, Prometheus. Only GitHub is a stand-in.
"""

import pathlib
import sys

from policy.objects import pods

from .deployed import DEPLOYED, NAMESPACES
from .rendering import unfinished

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tools"))

from outside import RULES, check_runs, prometheus, serving  # noqa: E402
from stack import BIN, TOKEN, Stack  # noqa: E402

ABOUT = "a new tag through Git, tools/promote and tools/rollback: Argo CD deploys what they push, and nothing else"
SETTING = DEPLOYED
INSTALLED = {"nginx": "nginx", "prometheus": "prometheus"}
INSTALLED |= {str(BIN / "todo-be"): "the programs in build/release (./dev test manifests)"}
NAMES = ("broadcaster", "todo-be", "todo-cron", "todo-fe")
QUOTA = "manifests/overlays/production/quota.yaml"


def check(deployed, report):
    with Stack() as stack, prometheus(RULES % ("Watchdog", "none", "project")) as alerts:
        for step in steps(Release(deployed, stack, alerts)):
            name, wrong = step
            report.add(name, wrong)
            if wrong:
                return


def steps(release):
    begin = release.images("production")
    first = release.deliver(1)
    yield "new tag", release.has("staging", first) + release.has("production", begin)
    release.promote()
    yield "promotion", release.has("production", first)
    pods_allowed = release.quota("pods")
    second = release.deliver(2, (QUOTA, f'pods: "{pods_allowed}"', f'pods: "{int(pods_allowed) + 1}"'))
    yield "second tag", release.has("staging", second) + release.has("production", first, pods_allowed)
    release.promote()
    yield "second promotion", release.has("production", second, str(int(pods_allowed) + 1))
    release.roll_back()
    yield "rollback", release.has("production", first, pods_allowed)
    yield "staging after the rollback", release.has("staging", second)


class Release:
    def __init__(self, deployed, stack, alerts):
        self.deployed, self.repository = deployed, deployed.repository
        self._stack, self._alerts = stack, alerts

    def deliver(self, number, *edits):
        """As workflow deliver: main, with `edits`, is built; its images, which are returned, go to staging."""
        if edits:
            self.repository.on("main", "a change of manifests", *edits)
        built = self.repository.head("main")
        images = {name: f"sha256:{number:032x}{n:032x}" for n, name in enumerate(NAMES)}
        named = [f"registry.example/{name}@{digest}" for name, digest in images.items()]
        self.repository.run("docker/set-images", "staging", built, *named)
        self.repository.push("main")
        return {f"tidings/{name}:{built}@{digest}" for name, digest in images.items()}

    def promote(self):
        staging = self.repository.head("main")
        built = self.repository.git("rev-parse", f"{staging}~1")
        with serving({f"/{built}": check_runs(test="success")}) as github:
            self.repository.run(
                "tools/promote",
                *("staging", "production", "--unsigned"),
                f"--smoke={self._stack.page}",
                f"--alerts={self._alerts}",
                f"--tests={github}/{{commit}}",
                f"--todo-be={BIN / 'todo-be'}",
                limit=180,
                API_TOKEN=TOKEN,
                DATABASE_URL=self._stack.database.url(),
            )
        self.repository.push("production")

    def roll_back(self):
        self.repository.run("tools/rollback", "production")
        self.repository.push("production")

    def has(self, environment, images, quota=None):
        """What is wrong with its images, once it has followed its branch; and with its quota of pods."""
        branch = "production" if environment == "production" else "main"
        wrong = self.deployed.follows(environment, self.repository.head(branch))
        if found := self.images(environment) ^ images:
            wrong.append(f"{environment}: other images than pushed: {', '.join(sorted(found))}")
        if quota and self.quota("pods") != quota:
            wrong.append(f"{environment}: {self.quota('pods')} pods are allowed, not {quota}")
        late = [reason for o in self.deployed.workloads(environment) if (reason := unfinished(o))]
        return wrong + late

    def images(self, environment):
        """Ours, of all that makes pods there."""
        found = set()
        for version, kind in (("apps/v1", "Deployment"), ("batch/v1", "CronJob"), ("batch/v1", "Job")):
            listed = self.deployed.api.list(version, kind, NAMESPACES[environment])
            own = [{"kind": kind, **o} for o in listed if "ownerReferences" not in o["metadata"]]
            found |= {c["image"] for pod in pods(own) for c in pod.containers()}
        return {image for image in found if image.startswith("tidings/")}

    def quota(self, name):
        about = {"name": "tidings", "namespace": NAMESPACES["production"]}
        found = self.deployed.api.get({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": about})
        return found["spec"]["hard"][name]
