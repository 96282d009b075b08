"""What the checks decide, without a cluster: each tells good from bad."""

import pathlib
import tempfile
import unittest
from unittest import mock

from . import drain_check, namespaces_check, previews_check, restore_check, volumes_check
from .autoscaling_check import conditions
from .deployed import Deployed
from .metrics import external, resources, usage
from .rendering import unfinished
from .repository import Repository
from .stand_ins import grown

READY = {"conditions": [{"type": "Ready", "status": "True"}]}


def pod(name, status=None, **about):
    return {"metadata": {"name": name, "labels": {"app.kubernetes.io/name": name}, **about}, "status": status or READY}


class Workloads(unittest.TestCase):
    def test_what_is_missing_is_unfinished_but_a_job_that_went_when_it_was_done(self):
        deployed = Deployed.__new__(Deployed)
        deployed.api = mock.Mock(get=lambda _: None)
        found = {(o["kind"], o["metadata"]["name"]): unfinished(o) for o in deployed.workloads("production")}
        self.assertNotIn(("Job", "todo-be-migrate"), found)
        self.assertIsNotNone(found["StatefulSet", "nats"])


class Drains(unittest.TestCase):
    def test_only_ready_pods_that_stay_count(self):
        pods = [pod("a"), pod("a"), pod("a", {"phase": "Pending"}), pod("a", deletionTimestamp="now"), pod("b")]
        self.assertEqual(drain_check.ready(pods, ["a", "c"]), {"a": 2, "c": 0})

    def test_a_service_needs_one_and_nats_its_quorum(self):
        self.assertEqual(dict(drain_check.must_have()), {"todo-be": 1, "broadcaster": 1, "todo-fe": 1, "nats": 2})
        self.assertEqual(drain_check.too_few({"todo-be": 1, "nats": 2}), [])
        self.assertEqual(len(drain_check.too_few({"todo-be": 0, "nats": 1})), 2)

    def test_the_command_is_the_runbooks(self):
        found = drain_check.command("node-7", 9)
        self.assertEqual((found[:2], found[-1]), (["drain", "node-7"], "--timeout=9s"))
        self.assertIn("--ignore-daemonsets", found)


class Volumes(unittest.TestCase):
    def test_each_command_of_the_runbook_is_found_and_said_for_another_volume(self):
        for begin, name in (("project get resourcequota", "x"), ("project patch pvc", "data-nats-1")):
            self.assertTrue(volumes_check.command(begin, name).startswith(f"kubectl -n {begin} "))
        self.assertIn(f'"storage":"{volumes_check.TO}"', volumes_check.command("project patch pvc", "data-nats-1"))
        self.assertIn("tidings-production", volumes_check.command("argocd wait", "x"))
        deleted = volumes_check.command("project delete statefulset", "nats")
        self.assertRegex(deleted, "^kubectl -n project delete statefulset nats --cascade=orphan")

    def test_a_disk_grows_when_its_claim_asks_for_another_size(self):
        claim = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}, "status": {"capacity": {"storage": "1Gi"}}}
        self.assertEqual(grown(claim), {"storage": "2Gi"})
        claim["status"]["capacity"]["storage"] = "2Gi"
        self.assertIsNone(grown(claim))


class Restores(unittest.TestCase):
    def test_the_runbooks_commands_are_run_but_those_that_need_what_runs(self):
        database, nats = (list(restore_check.commands(chapter)) for chapter in restore_check.CHAPTERS)
        self.assertIn("kubectl -n project scale statefulset/postgres --replicas=0", database)
        self.assertIn("create job --from=cronjob/restore-postgres restore-1-2 --dry-run", " ".join(database))
        self.assertIn("create job --from=cronjob/restore-jetstream", " ".join(nats))
        for command in (*database, *nats):
            self.assertRegex(command, r"^(kubectl|kustomize) ")
            self.assertNotRegex(command, r" logs | smoke|#|\\n")


class Previews(unittest.TestCase):
    def test_refused_is_what_the_project_does_not_permit(self):
        def application(text):
            return {"status": {"conditions": [{"message": text}]}}

        self.assertTrue(previews_check.is_refused(application("namespace project is not permitted in project 'p'")))
        for other in (application("cannot reach the repository"), {}):
            self.assertFalse(previews_check.is_refused(other))

    def test_what_is_made_changed_or_gone_is_a_difference(self):
        a, b = ({"kind": "Secret", "metadata": {"name": "x"}, "data": {"k": v}} for v in "12")
        found = [previews_check.difference_of(*pair) for pair in ((a, a), (a, b), (None, a), (a, None))]
        self.assertEqual(found, ["", "/data/k", "made", "gone"])


class Namespaces(unittest.TestCase):
    def test_each_harmful_pod_differs_from_the_harmless_one(self):
        for what, change in namespaces_check.HARMFUL.items():
            self.assertNotEqual(namespaces_check.POD | change, namespaces_check.POD, what)


class Metrics(unittest.TestCase):
    def test_a_pod_uses_a_part_of_what_it_requests(self):
        container = {"name": "c", "resources": {"requests": {"cpu": "200m", "memory": "100Mi"}}}
        o = {"metadata": {"name": "p", "namespace": "n", "labels": {"app.kubernetes.io/name": "a"}}}
        o["spec"] = {"containers": [container]}
        self.assertEqual(usage(o, {("a", "cpu"): 0.5})["containers"][0]["usage"]["cpu"], "100m")
        self.assertEqual(usage(o, {("b", "cpu"): 0.5})["containers"][0]["usage"]["cpu"], "20m")

    def test_what_is_served_and_its_value(self):
        self.assertEqual(resources("metrics.k8s.io", [])["resources"][0]["name"], "pods")
        self.assertEqual(resources("external.metrics.k8s.io", ["m"])["resources"][0]["name"], "m")
        self.assertEqual(external("m", 90)["items"][0]["value"], "90")

    def test_conditions_are_said_with_their_reason(self):
        scaler = {"status": {"conditions": [{"type": "A", "status": "True", "reason": "R", "message": "m"}]}}
        self.assertEqual((conditions(scaler), conditions({})), ("A True R: m", ""))


class Git(unittest.TestCase):
    def test_a_change_goes_to_the_branch_that_it_is_for(self):
        repository = Repository(pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "git"))
        self.assertIn(repository.url, (repository.folder / "cluster-manifests/production.yaml").read_text("utf-8"))
        begin, file = repository.head("main"), "manifests/overlays/production/quota.yaml"
        self.assertEqual(repository.head("production"), begin)
        made = repository.on("production", "more", (file, "pods: ", "pods:  "))
        self.assertEqual((repository.head("production"), repository.head("main")), (made, begin))
        made = repository.on("main", "more", (file, "pods: ", "pods:  "))
        self.assertEqual((repository.head("main"), repository.git("rev-parse", "HEAD")), (made, made))
        with self.assertRaisesRegex(ValueError, "does not say"):
            repository.edit(file, "no such line", "")


if __name__ == "__main__":
    unittest.main()
