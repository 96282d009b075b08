"""Production and staging as Argo CD has deployed them, from a repository of their own: what most checks begin with."""

from kube.overlays import build
from policy import render
from policy.objects import kind

from . import argo
from .application import failed, left, phase
from .metrics import Metrics
from .rendering import WORKLOADS, absent, unfinished
from .repository import Repository
from .setting import Setting
from .waiting import TooLong, remaining, wait_until

NAMESPACES = {"production": "project", "staging": "staging"}
LIMIT = 300  # s of a sync
SETTLES = 90  # s from a successful sync until it is Synced and Healthy
TAKES = 2000  # ms until a pod is ready: what replaces another is not there at once


def needed():
    yield from render.build("cluster-manifests")
    for overlay in ("production", "staging", "feature"):
        yield from build(overlay)


class Deployed:
    """`first`: what went wrong at the first sync, by environment."""

    def __init__(self, cluster, report):
        self.cluster, self.api, self.report = cluster, cluster.api, report
        self.metrics = cluster.enter(Metrics(cluster))
        self.repository = Repository(cluster.folder / "git")
        objects = render.parse(render.run(self.repository.folder / "cluster-manifests"))
        applications = kind(objects, "Application")
        for o in objects:
            if o not in applications:
                self.api.apply(o)
        argo.start(cluster)
        for o in applications:
            self.api.apply(o)
        self._applications = {o["metadata"]["name"].removeprefix("tidings-"): o for o in applications}
        self.templates = {o["metadata"]["name"]: o["spec"]["template"] for o in kind(objects, "ApplicationSet")}
        for name, o in self._applications.items():
            report.say(f"{name}: first sync")
            report.add(f"first sync of {name}", self._first_sync(o))
            report.counts["syncs"] += 1

    def wrong(self):
        """What is not in order now, of both."""
        return [f"{name}: {text}" for name, o in self._applications.items() for text in left(self.api.get(o))]

    def follows(self, environment, commit, *, tries=False):
        """What went wrong until Argo CD had deployed that commit of the environment's branch; see settles()."""
        return self.settles(self._applications[environment], commit, tries=tries)

    def look(self, environment):
        """Argo CD looks at its branch now, as when it hears of a push."""
        self._look(self._applications[environment])

    def _look(self, application):
        self.api.merge(application, {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}})

    def settles(self, application, commit=None, *, tries=False):
        """What went wrong until an Application was in order, asked to look now, as by a push. A sync that fails is
        wrong, unless it `tries` again and then passes."""
        self._look(application)
        self.report.counts["syncs"] += 1

        def is_over():
            now = self.api.get(application)
            return not tries and failed(now) or not left(now, commit)

        try:
            wait_until(is_over, "a sync", LIMIT)
        except TooLong as late:
            return [f"{text} ({late})" for text in left(self.api.get(application), commit)]
        return [] if tries else failed(self.api.get(application))

    def calms(self, limit=SETTLES):
        """What is not in order after `limit` seconds, of both Applications."""
        return remaining(self.wrong, limit)

    def recovers(self, limit=SETTLES):
        """What is not as it should be again after `limit` seconds, of both: Applications and pods."""
        return remaining(lambda: [*self.wrong(), *(r for o in self.workloads() if (r := unfinished(o)))], limit)

    def workloads(self, *environments):
        """As they are now. Of Jobs those that are still there: when they are done, they may go."""
        for environment in environments or NAMESPACES:
            for o in kind(build(environment), *WORKLOADS):
                live = self.api.get(o)
                if live or "ttlSecondsAfterFinished" not in o["spec"]:
                    yield live or absent(o)

    def _first_sync(self, application):
        def has_passed():
            now = self.api.get(application)
            return failed(now) or phase(now) == "Succeeded"

        try:
            wait_until(has_passed, "the first sync", LIMIT)
            if not (wrong := failed(self.api.get(application))):
                wait_until(lambda: not left(self.api.get(application)), "being Synced and Healthy after it", SETTLES)
            return wrong
        except TooLong as late:
            return [f"{text} ({late})" for text in left(self.api.get(application))]


DEPLOYED = Setting(needed, Deployed, TAKES, ("argocd",), {"redis-server": "redis-server"})
