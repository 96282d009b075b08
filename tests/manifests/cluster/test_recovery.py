"""What is decided about staging, previews and restores on real nodes, without any."""

import io
import pathlib
import re
import tempfile
import unittest
from unittest import mock

from kube.overlays import build
from policy import render
from policy.objects import kind
from release import programs
from release.failure import Failure

from . import nodes_check
from .nodes import gateway, growth, recovery, surroundings
from .nodes.preview import Preview
from .nodes.production import OnNodes
from .nodes.staging import Staging
from .report import Report
from .waiting import TooLong

PODS = OnNodes(None)
HERE = Preview.__module__


class Environments(unittest.TestCase):
    def test_the_gateway_is_in_a_namespace_that_policies_let_in_at_the_page(self):
        for overlay in ("staging", "feature"):
            objects = build(overlay)
            (policy,) = [o for o in kind(objects, "NetworkPolicy") if o["metadata"]["name"] == "todo-fe"]
            known = [f["namespaceSelector"]["matchLabels"] for i in policy["spec"]["ingress"] for f in i["from"]]
            self.assertIn(gateway.LABEL, known)
            self.assertIn("todo-app-fe-svc", {o["metadata"]["name"] for o in kind(objects, "Service")})

    def test_staging_gets_the_secrets_that_it_wants_sealed_and_its_databases_address(self):
        staging = Staging(None, mock.Mock(url="postgresql://x"), None)
        made = {o["metadata"]["name"]: o["stringData"] for o in staging.secrets()}
        sealed = {o["metadata"]["name"] for o in kind(build("staging"), "SealedSecret")}
        self.assertEqual(set(made) - {"database-url"}, sealed)
        self.assertEqual(made["database-url"], {"DATABASE_URL": "postgresql://x"})
        self.assertEqual(set(made["broadcaster-credentials"]), {"API_TOKEN"})

    def staging(self, events, plain):
        database = mock.Mock(url="postgresql://x")
        database.sql.side_effect = (events, plain)
        staging = Staging(mock.Mock(), database, mock.Mock())
        with mock.patch.object(staging, "wait"), mock.patch.object(staging, "smoke", return_value="smoke: passed"):
            return staging.check()

    def test_staging_whose_events_are_elsewhere_or_that_speaks_without_tls_is_a_failure(self):
        self.assertIn("2 events in the provider's database, by TLS only", self.staging("2", "0"))
        self.assertRaisesRegex(Failure, "^0 events", self.staging, "0", "0")
        self.assertRaisesRegex(Failure, "3 connections without TLS", self.staging, "2", "3")

    def preview(self, disks, made=0):
        """`disks`: those before it is removed and then, each time that somebody looks."""
        nodes = mock.Mock(environment={})
        nodes.disks.of.side_effect = disks
        preview = Preview(nodes, mock.Mock())
        preview._making = mock.Mock(last_lines=lambda: "quota exceeded")
        preview._making.child.wait.return_value = made
        with mock.patch.object(programs, "run", return_value="smoke: passed"), mock.patch(f"{HERE}.GONE_WITHIN", 0):
            return preview.check()

    def test_a_preview_that_is_not_made_or_leaves_a_disk_behind_is_a_failure(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.assertIn("1 disks with it", self.preview([[folder / "gone"], []]))
        self.assertRaisesRegex(Failure, "disks are not.*left", self.preview, [[folder / "gone"], [folder / "left"]])
        self.assertRaisesRegex(Failure, "disks are not", self.preview, [[folder], []])
        self.assertRaisesRegex(Failure, "has no disks", self.preview, [[]])
        self.assertRaisesRegex(Failure, "feature-env: quota exceeded", self.preview, [], made=1)

    def test_a_disk_that_is_released_goes_with_its_folder(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "d").mkdir()
        volume = {"spec": {"local": {"path": str(folder / "d")}, "claimRef": {"namespace": "n"}}}
        api = mock.Mock(list=lambda *_: [volume])
        disks = surroundings.Disks(api, folder)
        self.assertEqual((disks.of("n"), disks.of("m")), ([folder / "d"], []))
        disks._reclaim(volume | {"status": {"phase": "Bound"}})
        self.assertTrue((folder / "d").exists())
        disks._reclaim(volume | {"status": {"phase": "Released"}})
        self.assertFalse((folder / "d").exists())
        self.assertEqual(len(api.delete.mock_calls), 1)


class Runbook(unittest.TestCase):
    """What of it is run on nodes, and how it is judged."""

    def test_the_chapters_have_commands_that_can_be_run_here(self):
        database, nats = map(recovery.block, ("Restore the database", "Restore NATS"))
        self.assertTrue([c for c in database if "create job --from=cronjob/restore-postgres" in c])
        self.assertTrue([c for c in nats if "create job --from=cronjob/restore-jetstream" in c])
        self.assertIn("--replicas=0", nats[0], "they are stopped first")
        for command in database + nats:
            self.assertNotRegex(command, "argocd|RESTORE_TIME|^nats |^tools/")
        self.assertIn("pvc data-nats-1 ", recovery.lost("nats-1"))

    def restore(self, before, after, timeline, status=200):
        checks = mock.Mock()
        checks.ask_the_database.side_effect = (before, after, timeline)
        restoring = recovery.Recovery(checks)
        acts = mock.patch.multiple(restoring, _run=mock.DEFAULT, _add_some=mock.DEFAULT, _make_token=mock.DEFAULT)
        with acts, mock.patch.object(restoring, "_with", return_value=status):
            return restoring.database()

    def test_a_row_that_is_another_after_a_restore_is_a_failure_and_so_is_none(self):
        same = "todos,3,a\nevents,4,b\nlists,0,"
        self.assertIn("3 todos, 4 events are the same", self.restore(same, same, "2"))
        self.assertRaisesRegex(Failure, "were todos,3,a, are todos,3,b", self.restore, "todos,3,a", "todos,3,b", "2")
        self.assertRaisesRegex(Failure, "nothing was restored", self.restore, "todos,3,a", "todos,3,a", "1")
        self.assertRaisesRegex(Failure, "answered with 401", self.restore, "todos,3,a", "todos,3,a", "2", 401)

    def test_every_table_is_compared_but_those_that_the_programs_work_off(self):
        files = (render.ROOT / "services/todo-be/migrations").glob("*.sql")
        made = {table for f in files for table in re.findall(r"(?m)^create table (\w+)", f.read_text("utf-8"))}
        self.assertEqual(made - set(recovery.TABLES), {"outbox", "event_log"})

    def restore_nats(self, logs, arrived="all 5 events arrived", kept="backup-jetstream: 2026: 2 streams"):
        checks = mock.Mock()
        checks.run_job.return_value, checks.logs.return_value = kept, logs
        checks.all_arrived.side_effect = [Failure(arrived)] if "not" in arrived else [arrived]
        restoring = recovery.Recovery(checks)
        with mock.patch.multiple(restoring, _run=mock.DEFAULT, _add_some=mock.DEFAULT):
            with mock.patch.object(recovery, "EVENTS_ARRIVE_WITHIN", 0):
                return restoring.nats()

    def test_a_stream_that_is_not_restored_or_an_event_that_is_not_published_again_is_a_failure(self):
        both = "restore-jetstream: A: 1 messages\nrestore-jetstream: B: 2 messages"
        self.assertIn("2 streams as in the snapshot; all 5 events arrived", self.restore_nats(both))
        one = both.splitlines()[0]
        self.assertRaisesRegex(Failure, "1 streams were restored, the snapshot has 2", self.restore_nats, one)
        none = "backup-jetstream: 2026: 0 streams"
        self.assertRaisesRegex(Failure, "snapshot has 0", self.restore_nats, "", kept=none)
        missing = "3 of 5 events have not arrived"
        self.assertRaisesRegex(Failure, missing, self.restore_nats, both, missing)

    def grow(self, size=growth.written.TO, containers=({}, {}), **wrong):
        checks = mock.Mock()
        checks.installed.objects = PODS.objects
        quota = growth._quota(PODS.objects, len(growth.SETS))["spec"]["hard"]["requests.storage"]
        said = {"project get resourcequota": f'"requests.storage":"{quota}"', "project get pvc": size}
        found = {
            "claims_of": lambda _, name: [f"data-{name}-0"],
            "taken_too_early": lambda *_: [],
            "sizes": lambda _: [],
        }
        run = {"run": lambda _, begin, *__: said.get(begin, "")}
        parts = {"Load": mock.MagicMock(), "must_be_refused": mock.Mock(), "LIMIT": 0}
        containers = mock.Mock(side_effect=containers)
        with mock.patch.multiple(growth.written, **found | run | wrong):
            with mock.patch.multiple(growth, **parts, _containers=containers):
                return growth.grow(checks, 20)

    def test_a_volume_that_does_not_grow_or_a_server_that_restarts_is_a_failure(self):
        self.assertIn("2 claims to 20Gi, 1 containers kept running", self.grow(containers=({"nats-0/nats": "a"},) * 2))
        self.assertRaisesRegex(TooLong, "data-postgres-0 having grown took more than", self.grow, "10Gi")
        restarted = ({"nats-0/nats": "a"}, {"nats-0/nats": "b"})
        self.assertRaisesRegex(Failure, "containers were .*'a'.*, are .*'b'", self.grow, containers=restarted)
        for name, said in (("taken_too_early", "data-nats-0 grew beyond the quota"), ("sizes", "nats still asks for")):
            with self.assertRaisesRegex(Failure, said):
                self.grow(**{name: lambda *_, text=said: [text]})

    def test_a_set_that_can_be_changed_or_a_refusal_of_another_kind_is_a_failure(self):
        cluster = mock.Mock()
        self.assertRaisesRegex(Failure, "could be changed", growth.must_be_refused, cluster, "")
        cluster.apply.side_effect = Failure("exceeded quota")
        self.assertRaisesRegex(Failure, "exceeded quota", growth.must_be_refused, cluster, "")
        cluster.apply.side_effect = Failure("Forbidden: updates to statefulset spec for fields")
        growth.must_be_refused(cluster, "")

    def test_only_the_size_is_another(self):
        objects = PODS.objects
        before = next(o for o in kind(objects, "StatefulSet") if o["metadata"]["name"] == "nats")
        after = growth.larger_set(objects, "nats")
        self.assertEqual(after["spec"]["template"], before["spec"]["template"])
        self.assertNotEqual(after["spec"]["volumeClaimTemplates"], before["spec"]["volumeClaimTemplates"])


class Run(unittest.TestCase):
    def test_whatever_a_check_finds_the_next_one_is_tried_and_it_is_told(self):
        tried = []

        def act(name, wrong=None):
            tried.append(name)
            if wrong:
                raise wrong
            return "well"

        wrongs = {
            "policies": Failure("x reaches y"),
            "volumes": TooLong("a claim took more than 60 s"),
            "rollout": None,
        }
        acts = mock.Mock(all=lambda: [(n, lambda n=n, w=w: act(n, w)) for n, w in wrongs.items()])
        nodes, report = mock.Mock(), Report(io.StringIO())
        nodes.staging.check.side_effect = RuntimeError("kubectl: no")
        nodes.preview.check.return_value = "gone"
        with mock.patch.object(nodes_check, "OnNodesChecks", return_value=acts):
            nodes_check.check(nodes, report)
        self.assertEqual(tried, list(wrongs))
        found = [text.partition(" (")[0] for text in report.problems]
        self.assertEqual(len(found), 3)
        self.assertRegex(" ".join(found), "RuntimeError: kubectl: no.*x reaches y.*TooLong: a claim took more")


if __name__ == "__main__":
    unittest.main()
