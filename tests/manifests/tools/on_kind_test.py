"""tools/try-on-kind and tools/e2e-on-kind without kind: the order of what they do against stand-ins for kind and
docker, their load and their bookkeeping against real programs."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import kubectl_stand_in as kubectl
from outside import fetch, wait_for
from stack import ROOT, TOKEN, Stack

sys.path.insert(0, str(ROOT / "tools"))

from on_kind.checks import Checks, eventually
from on_kind.installation import Credentials, Installation
from on_kind.load import Load, Outcome
from release.failure import Failure

# Writes down how it was called, and knows which clusters there are.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"{folder}/calls"
case "$(basename "$0") $*" in
    "kind get clusters") cat "{folder}/clusters" ;;
    "kind create cluster --name="*) echo "$3" | cut -d= -f2 >>"{folder}/clusters" ;;
    "docker buildx build "*) echo "IMAGE $IMAGE_TAG" >>"{folder}/calls" ;;
esac
"""


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        kubectl.install(self.folder)
        (self.folder / "clusters").touch()
        for name in ("kind", "docker"):
            (self.folder / name).write_text(STAND_IN.format(folder=self.folder), encoding="utf-8")
            (self.folder / name).chmod(0o755)
        path = f"{self.folder}:{os.environ['PATH']}"
        self.enterContext(mock.patch.dict(os.environ, PATH=path))

    def calls(self):
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    def install(self, overlay, more=()):
        made = Installation(overlay, name="x")
        made.start()
        made.load_images()
        made.apply(more)
        made.wait()
        return made

    def test_a_cluster_is_made_gets_its_images_then_its_objects_and_is_waited_for(self):
        made = self.install("try")
        calls = self.calls()
        create = next(n for n, c in enumerate(calls) if c.startswith("kind create cluster --name=x --config="))
        load = next(n for n, c in enumerate(calls) if c.startswith("kind load docker-image --name=x "))
        self.assertLess(create, load)
        self.assertEqual(set(calls[load].split()[4:]), set(made.images()))
        built = [c.split("--target ")[1].split()[0] for c in calls if "--target " in c]
        self.assertEqual(sorted([*built, "todo-fe"]), [i.split("/")[1].split(":")[0] for i in made.images()])
        self.assertEqual({c for c in calls if c.startswith("IMAGE ")}, {"IMAGE dev"})
        of_kubectl = [c for c in calls if not c.startswith(("kind ", "docker ", "IMAGE "))]
        self.assertLess(load, calls.index(next(c for c in of_kubectl if " apply --server-side" in c)))
        self.assertEqual([c for c in of_kubectl if not c.startswith("--context=kind-x ")], [])
        waited = {c.split()[c.split().index("status") + 1] for c in of_kubectl if "rollout status" in c}
        self.assertIn("statefulset/nats", waited)
        self.assertIn("deployment/broadcaster", waited)
        self.assertEqual(kubectl.read(self.folder)["namespaces"].keys(), {made.namespace})

    def test_one_that_is_there_is_not_made_again_and_gets_what_has_changed(self):
        (self.folder / "clusters").write_text("x\n", encoding="utf-8")
        self.install("try")
        self.install("try")
        self.assertEqual([c for c in self.calls() if "create cluster" in c], [])
        self.assertEqual(len([c for c in self.calls() if "kind load" in c]), 2)

    def test_no_secret_is_in_an_argument(self):
        credentials = Credentials("project")
        objects = list(credentials.objects())
        self.install("e2e", objects)
        said = "\n".join([*self.calls(), *kubectl.calls(self.folder)])
        values = [v.strip() for o in objects for k, v in o["stringData"].items() if k != "WEBHOOK_URL"]
        self.assertGreater(len(values), 12)
        self.assertEqual([v for v in values if v in said], [])
        self.assertEqual(len(set(values)), len(values))

    def test_what_never_becomes_ready_is_named(self):
        kubectl.write(self.folder, stuck=["statefulset/nats"])
        with self.assertRaisesRegex(Failure, "timed out(.|\n)*some-pod"):
            self.install("try")

    def test_without_kind_it_says_what_is_missing_and_does_nothing(self):
        for tool in ("try-on-kind", "e2e-on-kind"):
            path = f"{self.enterContext(tempfile.TemporaryDirectory())}:/usr/bin:/bin"
            done = subprocess.run(
                [ROOT / "tools" / tool], capture_output=True, text=True, env={"PATH": path}, timeout=60
            )
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, "not installed: .*kind")

    def test_it_is_taken_away_by_name(self):
        done = subprocess.run([ROOT / "tools/try-on-kind", "--delete", "--name=y"], capture_output=True, timeout=60)
        self.assertEqual((done.returncode, self.calls()), (0, ["kind delete cluster --name=y"]))


class UnderLoad(unittest.TestCase):
    """The load and the bookkeeping, with the real programs; kubectl's ways into them are replaced."""

    def run_for_real(self, *arguments):
        if "exec" in arguments:
            here = {"PGHOST": "127.0.0.1", "PGPORT": str(self.stack.database.port), "PATH": os.environ["PATH"]}
            command = arguments[arguments.index("--") + 1 :]
            return subprocess.run(command, check=True, stdout=-1, stderr=-3, text=True, env=here).stdout
        return fetch(self.stack.url["receiver"] + arguments[arguments.index("--raw") + 1].partition("/proxy")[2])

    def test_each_request_is_counted_each_event_looked_for_and_a_failure_is_told(self):
        with Stack() as self.stack:
            page = self.stack.url["page"]
            self.stack.database.sql("create role postgres superuser login")
            with Load(page, TOKEN, 40) as load:
                wait_for(lambda: len(load.outcome.created) > 20)
            self.assertRegex(load.outcome.must_be_whole(), r"\d\d requests, none failed")
            installed = mock.Mock(namespace="project")
            installed.cluster.run = lambda *arguments, **_: self.run_for_real(*arguments)
            installed.cluster.get = lambda *_, **__: [pod("receiver", "a")]
            checks = Checks(installed, None)
            said = eventually(lambda: checks.all_arrived(load.outcome.created), 20)
            self.assertEqual(said, f"all {len(load.outcome.created)} events arrived, 0 of them again")
            self.assertRaisesRegex(Failure, "1 to-dos have no event", checks.all_arrived, {"never made"})
            self.stack.database.sql(
                "insert into events (id, todo_id, type, payload) select id, id, '', '' from todos limit 1"
            )
            with self.assertRaisesRegex(Failure, "1 of .* events have not arrived"):
                checks.all_arrived(load.outcome.created)
            with Load(page, TOKEN, 40) as load:
                wait_for(lambda: load.outcome.created)
                self.stack.processes["todo-be"].stop()
                wait_for(lambda: load.outcome.failed)
            with self.assertRaisesRegex(Failure, r"of \d+ requests failed: .*answered 503"):
                load.outcome.must_be_whole()

    def test_with_patience_what_failed_is_made_again_as_the_same_and_counted(self):
        with Stack() as stack, Load(stack.url["page"], TOKEN, 40, patience=60) as load:
            wait_for(lambda: len(load.outcome.created) > 10)
            stack.stop("todo-be")
            wait_for(lambda: load.outcome.again)
            stack.start("todo-be")
            before = len(load.outcome.created)
            wait_for(lambda: len(load.outcome.created) > before + 10)
            load.stop()
            self.assertRegex(load.outcome.must_be_whole(), r"\d\d requests, none failed, \d+ of them made again")
            made = int(stack.database.sql("select count(*) from todos"))
            self.assertEqual(made, len(load.outcome.created))

    def test_no_request_is_no_success(self):
        self.assertRaisesRegex(Failure, "no request was made", Outcome().must_be_whole)


class Bookkeeping(unittest.TestCase):
    """What the cluster says, by hand."""

    def checks(self, **pods):
        made = mock.Mock(namespace="project")
        made.cluster.run = self.run_in_cluster
        made.cluster.get = lambda kind, *_, **__: self.nodes if kind == "nodes" else self.pods
        self.nodes = [{"metadata": {"name": n}} for n in ("a", "b", "c")]
        self.pods = [pod(name, node) for name, node in pods.items()]
        return Checks(made, Credentials("project"))

    def run_in_cluster(self, *arguments, stdin=None):
        if "delete" in arguments:
            return self.asked.append(arguments)
        if "exec" in arguments:
            return "".join(f"{event},{todo}\n" for event, todo in self.log.items())
        path = arguments[2]
        counts = {"duplicates": 3, "bad_signatures": self.bad}
        return "\n".join(self.received) if "ids?path=" in path else json.dumps({"paths": {"/hook": counts}})

    def arrived(self, todos, log, received, bad=0):
        self.log, self.received, self.bad = log, received, bad
        return self.checks(receiver="a").all_arrived(todos)

    def test_an_event_that_is_not_in_the_log_or_not_at_the_receiver_is_lost(self):
        log = {"e1": "t1", "e2": "t2"}
        self.assertEqual(self.arrived({"t1", "t2"}, log, ["e1", "e2", "e0"]), "all 2 events arrived, 3 of them again")
        for todos, received, bad, why in (
            ({"t1", "t2", "t3"}, ["e1", "e2"], 0, "1 to-dos have no event"),
            ({"t1"}, ["e1"], 0, "1 of 2 events have not arrived"),
            ({"t1"}, ["e1", "e2"], 1, "signed wrongly"),
        ):
            with self.assertRaisesRegex(Failure, why):
                self.arrived(todos, log, received, bad)

    def test_the_node_that_is_drained_has_neither_the_database_nor_the_receiver(self):
        self.assertEqual(self.checks(postgres="a", receiver="c").a_node_without("postgres", "receiver"), "b")
        self.assertEqual(self.checks(postgres="a", receiver="a").a_node_without("postgres", "receiver"), "c")
        with self.assertRaisesRegex(Failure, "on all nodes"):
            everywhere = self.checks(postgres="a", receiver="b")
            self.pods.append(pod("receiver", "c"))
            everywhere.a_node_without("postgres", "receiver")

    def test_each_server_is_killed_and_waited_for_before_the_next(self):
        checks = self.checks(nats="a")
        self.pods.append(pod("nats", "b") | {"metadata": self.pods[0]["metadata"] | {"name": "nats-2"}})
        self.asked = []
        checks._kill("nats")
        self.assertEqual([a[2:5] for a in self.asked], [("pod", name, "--now") for name in ("nats-1", "nats-2")])

    def test_as_many_are_ready_as_should_be(self):
        checks = self.checks(**{"todo-be": "a"})
        leaving = pod("todo-be", "b")
        leaving["metadata"]["deletionTimestamp"] = "now"
        self.pods.append(leaving)
        checks._ready("todo-be", 1)
        self.assertRaisesRegex(Failure, "1 of todo-be are ready, not 0", checks._ready, "todo-be", 0)
        self.assertEqual(checks._pods("todo-be"), {"todo-be-1": 2})


def pod(name, node):
    return {
        "metadata": {"name": f"{name}-1", "labels": {"app.kubernetes.io/name": name}},
        "spec": {"nodeName": node},
        "status": {"conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [{"restartCount": 2}]},
    }


class Tokens(unittest.TestCase):
    def test_a_login_of_the_page_is_one_that_nginx_knows(self):
        made = Credentials("project")
        login = next(o["stringData"]["LOGIN"] for o in made.objects() if o["metadata"]["name"] == "todo-fe-credentials")
        name, hashed = login.strip().split(":")
        salt = hashed.split("$")[2]
        again = ["openssl", "passwd", "-apr1", "-salt", salt, "-stdin"]
        said = subprocess.run(again, input=made.page_login.split(":")[1], capture_output=True, text=True, check=True)
        self.assertEqual((name, said.stdout.strip()), ("e2e", hashed))

    def test_a_renewed_token_is_another(self):
        made = Credentials("project")
        before = made.api_token
        self.assertEqual(made.renew_api_token()["stringData"], {"API_TOKEN": made.api_token})
        self.assertNotEqual(made.api_token, before)


if __name__ == "__main__":
    unittest.main()
