"""The checks of tools/e2e-on-kind, and those for which one must have the nodes in one's hand."""

import re
import time

from on_kind.checks import PATIENCE, RATE, Checks, eventually
from on_kind.load import Load
from policy.objects import kind, quantity
from release.failure import Failure

from ..surroundings import is_true
from .ground import node_address
from .growth import grow
from .production import PORT
from .recovery import Recovery

NOTICED_WITHIN = 120  # s until the control plane says that a node is gone: 50 s, on a machine that others use
BACK_WITHIN = 300
MEASURED = 30  # s
FILES = re.compile(
    r'container_memory_total_active_file_bytes\{container="([^"]+)",.*namespace="([^"]+)",pod="([^"]+)"\} (\S+)'
)


class OnNodesChecks(Checks):
    def __init__(self, nodes, credentials):
        super().__init__(nodes.tidings, credentials)
        self.nodes = nodes

    def all(self):
        recovery = Recovery(self)
        yield "smoke", self.smoke
        yield "policies", self.only_the_flows_of_the_design_get_through
        yield "volumes", lambda: grow(self, RATE)
        yield "rollout", self.nothing_is_lost_in_a_rollout
        yield "kill of a node", self.nothing_is_lost_when_a_node_goes
        yield "drain", self.nothing_is_lost_in_a_drain
        yield "kill of NATS", self.nothing_is_lost_when_servers_of_nats_go
        yield "kill of the database", self.nothing_is_lost_when_the_database_goes
        yield "restore of the database", recovery.database
        yield "restore of NATS", recovery.nats
        yield "use", self.what_is_requested_is_enough
        yield "secrets", self.a_token_is_asked_for_and_can_be_changed
        yield "probes", self.without_its_database_todo_be_is_not_ready_and_not_restarted
        yield "archive", lambda: self.run_job("backup-check")
        yield "smoke again", self.smoke

    def run_job(self, name):
        """Of the CronJob; what it says."""
        self._kubectl("create", "job", f"--from=cronjob/{name}", f"{name}-by-hand")
        return self.await_job(f"{name}-by-hand")

    def await_job(self, job):
        self.cluster.await_job(self.namespace, f"job/{job}")
        return self.logs(job)

    def stop(self, name):
        """Until its last pod is gone: one that is on its way out still does its work."""
        self._kubectl("scale", f"deployment/{name}", "--replicas=0")
        gone = ("--for=delete", f"--timeout={BACK_WITHIN}s", f"--selector=app.kubernetes.io/name={name}")
        self._kubectl("wait", "pod", *gone)

    def logs(self, job):
        return self._kubectl("logs", f"job/{job}").strip()

    def nothing_is_lost_when_a_node_goes(self):
        """From one moment to the next, and it comes back a minute later."""
        node = self.nodes.machines[self.a_node_without("postgres", "receiver")]
        if not (served := self._served_by(node.name)):
            raise Failure(f"{node.name} has no pod that answers requests: its end would show nothing")
        other = next(m for m in self.nodes.machines.values() if m is not node)
        self.installed.url = f"http://{node_address(other.number)}:{PORT}"

        def kill():
            node.kill()
            eventually(lambda: self._is_gone(node.name), NOTICED_WITHIN)
            node.start()
            eventually(lambda: self._is_back(), BACK_WITHIN)
            self.installed.wait()

        return f"{node.name} with {' and '.join(served)}: {self._under_load(kill, PATIENCE)}"

    def _served_by(self, node):
        names = ("todo-be", "todo-fe", "broadcaster")
        return [name for name in names if any(p["spec"]["nodeName"] == node for p in self.of(name))]

    def _is_gone(self, name):
        if name not in self.nodes.not_ready():
            raise Failure(f"{name} is ready, as the control plane has it")

    def _is_back(self):
        if late := self.nodes.not_ready():
            raise Failure(f"{', '.join(late)} not ready")
        # A Job's pod that has failed stays so.
        pods = [p for p in self.cluster.get("pods", namespace=self.namespace) if p["status"]["phase"] != "Failed"]
        if late := [
            p["metadata"]["name"] for p in pods if p["status"]["phase"] != "Succeeded" and not is_true(p, "Ready")
        ]:
            raise Failure(f"{', '.join(late)} not ready")

    def what_is_requested_is_enough(self):
        with Load(self.installed.url, self.credentials.api_token, RATE) as load:
            time.sleep(MEASURED)
            said = self.compared()
        return f"{load.outcome.must_be_whole()}; {said}"

    def compared(self):
        specs = [o["spec"]["template"]["spec"] for o in kind(self.installed.objects, "Deployment", "StatefulSet")]
        requested = {c["name"]: c["resources"]["requests"] for spec in specs for c in spec["containers"]}
        wrong, said, used = [], [], self._used()
        for name in sorted(requested.keys() & used.keys()):
            (cpu, memory), asked = used[name], requested[name]
            said.append(f"{name} {cpu * 1000:.0f}m of {asked['cpu']}, {memory / 2**20:.0f}Mi of {asked['memory']}")
            if memory > quantity(asked["memory"]) or cpu > quantity(asked["cpu"]):
                wrong.append(said[-1])
        if wrong:
            raise Failure(f"more than requested: {'; '.join(wrong)}")
        return "; ".join(said)

    def _used(self):
        """{container: (processors, bytes)}: the most that one of its name uses, as the kubelets have it. Without the
        files that the kernel keeps in memory while nobody else needs it, and which it counts for whoever wrote them."""
        used = {}
        for name in self.nodes.machines:
            files = in_files(self.cluster.run("get", "--raw", f"/api/v1/nodes/{name}/proxy/metrics/cadvisor"))
            summary = self.nodes.api.call("GET", f"/api/v1/nodes/{name}/proxy/stats/summary").object
            for pod in summary["pods"]:
                if pod["podRef"]["namespace"] == self.namespace:
                    for c in pod["containers"]:
                        cpu, memory = c["cpu"].get("usageNanoCores", 0) / 1e9, c["memory"].get("workingSetBytes", 0)
                        memory -= files.get((self.namespace, pod["podRef"]["name"], c["name"]), 0)
                        before = used.get(c["name"], (0, 0))
                        used[c["name"]] = (max(before[0], cpu), max(before[1], memory))
        return used


def in_files(metrics):
    """{(namespace, pod, container): bytes of files that it has used more than once}, of a kubelet's metrics."""
    found = FILES.findall(metrics)
    return {(namespace, pod, container): float(value) for container, namespace, pod, value in found}
