"""What only real nodes show: secrets, probes, network policies, and that nothing is lost while things move."""

import json
import time

from release import web
from release.failure import Failure

from .flows import FLOWS, flow_pods, name_of
from .load import Load

RATE = 20  # requests/s: of what a small runner's nodes do with ease
EVENTS_ARRIVE_WITHIN = 120
PATIENCE = 90  # s, of a client that wants its to-do made
# In PostgreSQL's pod, as its superuser, who is let in from there only.
ASK = """PGPASSWORD="$(cat /run/secrets/database/SUPERUSER_PASSWORD)" exec psql --no-psqlrc --tuples-only \\
    --no-align --field-separator=, --username=postgres --dbname=tidings --command="$1\""""


def eventually(check, seconds):
    return web.retry(check, time.monotonic() + seconds)


class Checks:
    def __init__(self, installed, credentials):
        self.installed, self.credentials = installed, credentials
        self.cluster, self.namespace = installed.cluster, installed.namespace

    def _kubectl(self, *arguments, stdin=None):
        return self.cluster.run(f"--namespace={self.namespace}", *arguments, stdin=stdin)

    def _rollout(self, *names):
        for name in names:
            self._kubectl("rollout", "restart", name)
        for name in names:
            self.cluster.await_rollout(self.namespace, name)

    def _todos(self, token):
        return web.request("GET", f"{self.installed.url}/api/todos?limit=1", timeout=10, token=token).status

    def smoke(self):
        made = self.credentials
        said = self.installed.smoke(
            API_TOKEN=made.api_token, BROADCASTER_API_TOKEN=made.webhook_token, PAGE_LOGIN=made.page_login
        )
        return said.strip().splitlines()[-1]

    # Secrets.

    def a_token_is_asked_for_and_can_be_changed(self):
        old = self.credentials.api_token
        _expect({"without": 401, "with": 200}, {"without": self._todos(""), "with": self._todos(old)})
        self.cluster.apply(json.dumps(self.credentials.renew_api_token()))
        self._rollout("deployment/todo-be", "deployment/todo-fe")

        def changed():
            found = {"old": self._todos(old), "new": self._todos(self.credentials.api_token)}
            return _expect({"old": 401, "new": 200}, found)

        # Until the kubelets have the new Secret, pods may start with the old one.
        eventually(changed, 30)
        return "401 without, 200 with; the old one is refused after a change"

    # Probes.

    def without_its_database_todo_be_is_not_ready_and_not_restarted(self):
        before = self._pods("todo-be")
        self._kubectl("scale", "statefulset/postgres", "--replicas=0")
        try:
            eventually(lambda: self._ready("todo-be", 0), 120)
        finally:
            self._kubectl("scale", "statefulset/postgres", "--replicas=1")
        self.cluster.await_rollout(self.namespace, "statefulset/postgres")
        eventually(lambda: self._ready("todo-be", len(before)), 120)
        after = self._pods("todo-be")
        if after != before:
            raise Failure(f"pods and their restarts were {before}, are {after}")
        return f"{len(after)} pods were out of service and came back"

    def _pods(self, name):
        """{pod: restarts}"""
        return {p["metadata"]["name"]: _restarts(p) for p in self.of(name)}

    def of(self, name):
        """Without those that are on their way out."""
        found = [
            p for p in self.cluster.get("pods", namespace=self.namespace) if "deletionTimestamp" not in p["metadata"]
        ]
        return [p for p in found if p["metadata"]["labels"].get("app.kubernetes.io/name") == name]

    def _ready(self, name, count):
        ready = [p for p in self.of(name) if _condition(p, "Ready") == "True"]
        if len(ready) != count:
            raise Failure(f"{len(ready)} of {name} are ready, not {count}")

    # Network policies.

    def only_the_flows_of_the_design_get_through(self):
        pods = list(flow_pods(self.namespace, self.nats_box()))
        names = [pod["metadata"]["name"] for pod in pods]
        try:
            self.cluster.apply(json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}))
            reached = {name: eventually(lambda n=name: self._ended(n), 120) for name in names}
        finally:
            self._kubectl("delete", "pod", *names, "--wait=true", "--ignore-not-found")
        wrong = [
            f"{of} {'cannot reach' if allowed else 'reaches'} {host}:{port}"
            for of, host, port, allowed in FLOWS
            if reached[f"flow-{of}"][name_of(host, port)] != allowed
        ]
        if wrong:
            raise Failure("\n".join(wrong))
        return f"{len(FLOWS)} tried, from both sides of the policies"

    def _ended(self, name):
        """{container: whether it got through}"""
        status = self.cluster.get("pod", name, namespace=self.namespace)[0]["status"]
        if status["phase"] not in ("Succeeded", "Failed"):
            raise Failure(f"pod {name} is {status['phase']}")
        return {c["name"]: c["state"]["terminated"]["exitCode"] == 0 for c in status["containerStatuses"]}

    def nats_box(self):
        """An image with a shell, of those that are there anyway."""
        images = {c["image"] for pod in self.installed.pods() for c in pod["containers"]}
        return next(i for i in images if "/nats-box" in i)

    # While things move.

    def nothing_is_lost_in_a_rollout(self):
        every = ("deployment/todo-be", "deployment/broadcaster", "deployment/todo-fe", "statefulset/nats")
        return self._under_load(lambda: self._rollout(*every))

    def nothing_is_lost_in_a_drain(self):
        node = self.a_node_without("postgres", "receiver")

        def drain():
            try:
                drained = ("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s")
                self.cluster.run(*drained)
            finally:
                self.cluster.run("uncordon", node)
            self.installed.wait()

        return f"{node}: {self._under_load(drain)}"

    def nothing_is_lost_when_servers_of_nats_go(self):
        """Killed, one after the other: no request waits for NATS."""
        return self._under_load(lambda: self._kill("nats"))

    def nothing_is_lost_when_the_database_goes(self):
        """There is one: requests are made again until it is back."""
        return self._under_load(lambda: self._kill("postgres"), PATIENCE)

    def _kill(self, name):
        """Without the time that a pod is given to end (a second, which the kubelet makes two)."""
        pods = self._pods(name)
        for pod in pods:
            self._kubectl("delete", "pod", pod, "--now", "--wait=true")
            eventually(lambda: self._ready(name, len(pods)), 300)

    def a_node_without(self, *names):
        """A database of one server, and a receiver's memory, do not move: what must not stop is elsewhere."""
        taken = {p["spec"]["nodeName"] for name in names for p in self.of(name)}
        free = [n["metadata"]["name"] for n in self.cluster.get("nodes") if n["metadata"]["name"] not in taken]
        if not free:
            raise Failure(f"{' and '.join(names)} are on all nodes")
        return free[-1]

    def _under_load(self, change, patience=0):
        with Load(self.installed.url, self.credentials.api_token, RATE, patience) as load:
            change()
        said = load.outcome.must_be_whole()
        return f"{said}; {eventually(lambda: self.all_arrived(load.outcome.created), EVENTS_ARRIVE_WITHIN)}"

    def all_arrived(self, todos):
        """The event of each to-do is in the log, and each event in the log is at the receiver."""
        logged = dict(line.split(",") for line in self.ask_the_database("select id, todo_id from events").split())
        if missing := todos - set(logged.values()):
            raise Failure(f"{len(missing)} to-dos have no event")
        ids = set(self._receiver("ids?path=/hook").split())
        if lost := logged.keys() - ids:
            raise Failure(f"{len(lost)} of {len(logged)} events have not arrived")
        counts = json.loads(self._receiver("stats"))["paths"]["/hook"]
        if counts["bad_signatures"]:
            raise Failure(f"{counts['bad_signatures']} webhooks were signed wrongly")
        return f"all {len(logged)} events arrived, {counts['duplicates']} of them again"

    def ask_the_database(self, query):
        return self._kubectl("exec", "statefulset/postgres", "--", "sh", "-c", ASK, "sh", query)

    def _receiver(self, path):
        """Through the API server, as from a node."""
        pod = self.of("receiver")[0]["metadata"]["name"]
        return self.cluster.run("get", "--raw", f"/api/v1/namespaces/{self.namespace}/pods/{pod}:8088/proxy/{path}")


def _expect(wanted, found):
    if found != wanted:
        raise Failure(f"answered {found}, not {wanted}")


def _condition(pod, sort):
    return next((c["status"] for c in pod["status"].get("conditions", []) if c["type"] == sort), "Unknown")


def _restarts(pod):
    return sum(c["restartCount"] for c in pod["status"].get("containerStatuses", []))
