"""What is decided about staging, previews and restores on real nodes, without any."""

import pathlib
import tempfile
import unittest
from unittest import mock

from kube.overlays import build
from policy.objects import kind
from release.failure import Failure

from .nodes import gateway, growth, recovery, surroundings
from .nodes.production import OnNodes
from .nodes.staging import Staging

PODS = OnNodes(None)


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

    def restore(self, *answers):
        checks = mock.Mock()
        checks.ask_the_database.side_effect = answers
        restoring = recovery.Recovery(checks)
        with mock.patch.object(restoring, "_run"), mock.patch.object(restoring, "_add_some"):
            return restoring.database()

    def test_a_row_that_is_another_after_a_restore_is_a_failure_and_so_is_none(self):
        self.assertIn("3 and 4 rows", self.restore("3,a\n4,b", "3,a\n4,b", "2"))
        self.assertRaisesRegex(Failure, "were 3,a, are 3,b", self.restore, "3,a", "3,b", "2")
        self.assertRaisesRegex(Failure, "nothing was restored", self.restore, "3,a", "3,a", "1")

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


if __name__ == "__main__":
    unittest.main()
