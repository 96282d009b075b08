"""One environment in the cluster: applied from nothing, every pod of it made, applied again, removed."""

from policy.objects import kind, title

from .api import Refused
from .rendering import WORKLOADS, difference, in_order, job_of, unfinished
from .waiting import TooLong, wait_until

LIMIT = 180  # s for all its pods
JOB_LIMIT = 60  # s for one more Job


class Environment:
    """check() returns sentences, none when all is well, and counts objects, pods and Jobs in `counts`."""

    def __init__(self, api, objects, counts):
        self.api, self.objects, self.counts = api, in_order(objects), counts
        self.namespace = next((o["metadata"]["name"] for o in kind(objects, "Namespace")), None)
        self.problems, self.stopped = [], False

    def check(self):
        self._apply_first()
        if not self.stopped:
            self._await(kind(self.objects, *WORKLOADS), LIMIT)
        for o in kind(self.objects, "CronJob") if not self.stopped else ():
            self._run_once(o)
        if not self.stopped:
            self._count_pods()
            self._apply_again()
        return self.problems

    def _apply_first(self):
        for o in self.objects:
            # What the whole cluster has may be there; it must not be written differently by each that applies it.
            shared = self.api.get(o) if o["kind"] != "Namespace" and not self.api.is_namespaced(o) else None
            self._apply(o, shared)
            self.counts["objects"] += 1

    def _apply_again(self):
        for o in self.objects:
            self._apply(o, self.api.get(o))

    def _apply(self, o, before):
        try:
            answer = self.api.apply(o)
        except Refused as wrong:
            self._stop(f"{title(o)}: refused: {wrong}")
            return
        self.problems += [f"{title(o)}: the server warns: {text}" for text in answer.warnings]
        changed = difference(before, answer.object) if before else ()
        if changed:
            self.problems.append(f"{title(o)}: applying it changed {', '.join(changed)} of what was there")

    def _await(self, workloads, limit):
        late = {}

        def are_finished():
            late.clear()
            late.update({o["metadata"]["name"]: reason for o in workloads if (reason := unfinished(self.api.get(o)))})
            return not late

        try:
            wait_until(are_finished, "its pods", limit)
        except TooLong as wrong:
            self._stop(*(f"{reason} ({wrong}{self._warnings_of(name)})" for name, reason in late.items()))

    def _stop(self, *problems):
        """After these nothing else would be told from them."""
        self.problems += problems
        self.stopped = True

    def _warnings_of(self, name):
        """What the controllers warned of, about a workload and its pods."""
        events = self.api.list("v1", "Event", self.namespace, fieldSelector="type=Warning")
        mine = [e for e in events if e["involvedObject"]["name"].startswith(name)]
        said = dict.fromkeys(f"{e['reason']}: {e.get('message', '')}" for e in mine)
        return "".join(f"; {text}" for text in list(said)[:3])

    def _run_once(self, cron_job):
        job = job_of(cron_job, f"{cron_job['metadata']['name'][:40]}-by-hand")
        try:
            answer = self.api.create(job)
        except Refused as wrong:
            self._stop(f"{title(job)}: refused: {wrong}")
            return
        self.problems += [f"{title(job)}: the server warns: {text}" for text in answer.warnings]
        self._await([job], JOB_LIMIT)
        self.counts["jobs"] += 1
        self.api.delete(job)

    def _count_pods(self):
        for o in map(self.api.get, kind(self.objects, "Deployment", "StatefulSet")):
            self.counts["pods"] += o["spec"]["replicas"]
        self.counts["jobs"] += len(kind(self.objects, "Job"))

    def remove(self):
        """All but its namespace, which the next may use; disks too."""
        for o in reversed(self.objects):
            if self.api.is_namespaced(o):
                self.api.delete(o)
        jobs = [{"apiVersion": "batch/v1", "kind": "Job", **o} for o in self._there("batch/v1", "Job")]
        for o in jobs:
            self.api.delete(o)
        wait_until(lambda: not self._there("v1", "Pod"), f"removing the pods of {self.namespace}", LIMIT)
        for claim in self._there("v1", "PersistentVolumeClaim"):
            self.api.delete({"apiVersion": "v1", "kind": "PersistentVolumeClaim", **claim})
        wait_until(
            lambda: not self._there("v1", "PersistentVolumeClaim"), f"removing the disks of {self.namespace}", 60
        )

    def _there(self, version, kind_):
        return self.api.list(version, kind_, self.namespace) if self.namespace else []
