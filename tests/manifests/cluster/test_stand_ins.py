"""What the stand-ins answer."""

import pathlib
import tempfile
import unittest

from .api import base, message
from .report import Report
from .stand_ins import answer_to, said, secret_of, volume_for
from .surroundings import definitions

CLAIM = {
    "metadata": {"name": "data", "namespace": "n", "uid": "7"},
    "spec": {"resources": {"requests": {"storage": "1Gi"}}, "accessModes": ["A"], "storageClassName": "disk"},
}


class Answers(unittest.TestCase):
    def route(self, generation=1):
        rules = [{"backendRefs": [{"name": "a"}, {"name": "b"}]}, {}]
        return {"metadata": {"generation": generation}, "spec": {"rules": rules, "parentRefs": [{"name": "g"}]}}

    def test_a_route_to_a_missing_service_is_not_resolved(self):
        resolved = answer_to(self.route(), {"a"})[0]["conditions"][1]
        self.assertEqual((resolved["status"], resolved["reason"]), ("False", "BackendNotFound"))
        self.assertIn("b", resolved["message"])
        self.assertEqual(answer_to(self.route(), {"a", "b"})[0]["conditions"][1]["status"], "True")

    def test_a_changed_route_is_answered_anew(self):
        old, new = (answer_to(self.route(n), {"a", "b"}) for n in (1, 2))
        self.assertEqual(said(old), said(answer_to(self.route(1), {"a", "b"})))
        self.assertNotEqual(said(old), said(new))

    def test_a_disk_stays_in_its_zone(self):
        volume = volume_for(CLAIM, "zone-2")
        self.assertIn("zone-2", str(volume["spec"]["nodeAffinity"]))
        self.assertEqual(volume["spec"]["claimRef"]["uid"], "7")

    def test_a_sealed_secret_becomes_one_with_the_same_keys(self):
        sealed = {"apiVersion": "v", "kind": "SealedSecret", "metadata": {"name": "s", "namespace": "n", "uid": "1"}}
        secret = secret_of({**sealed, "spec": {"encryptedData": {"A": "x", "B": "y"}}})
        self.assertEqual(set(secret["data"]), {"A", "B"})


class Others(unittest.TestCase):
    def test_paths_and_messages_of_the_server(self):
        self.assertEqual([base("v1"), base("apps/v1")], ["/api/v1", "/apis/apps/v1"])
        self.assertEqual([message(b'{"message": "no"}'), message(b"plain")], ["no", "plain"])

    def test_a_kind_that_no_module_brings_is_defined_by_hand(self):
        with tempfile.TemporaryDirectory() as nothing:
            found = definitions(pathlib.Path(nothing), {("isindir.github.com/v1alpha3", "SopsSecret"), ("v1", "Pod")})
        self.assertEqual([o["metadata"]["name"] for o in found], ["sopssecrets.isindir.github.com"])

    def test_the_closing_line_counts(self):
        report = Report(out=open("/dev/null", "w", encoding="ascii"))
        report.counts["pods"] += 3
        self.assertRegex(report.closing(), r"^cluster-test: 3 pods: nothing wrong \(0:0\d\)$")
        report.add("here", ["broken"])
        self.assertIn("1 problems", report.closing())
        report.out.close()


if __name__ == "__main__":
    unittest.main()
