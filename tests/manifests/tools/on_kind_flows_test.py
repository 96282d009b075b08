"""The flows that tools/e2e-on-kind tries: what got through is held against the design, by hand."""

import sys
import unittest
from unittest import mock

from stack import ROOT

sys.path.insert(0, str(ROOT / "tools"))

from on_kind.checks import Checks
from on_kind.flows import FLOWS, name_of
from release.failure import Failure


class Flows(unittest.TestCase):
    def test_each_flow_that_is_not_as_designed_is_named(self):
        checks = Checks(mock.Mock(namespace="project"), None)
        checks.nats_box = lambda: "natsio/nats-box:1"
        closed = {(of, host, port) for of, host, port, allowed in FLOWS if not allowed}

        def got_through(name, but=()):
            its = {(host, port): (name, host, port) for of, host, port, _ in FLOWS if f"flow-{of}" == name}
            return {name_of(*to): ((name[5:], *to) not in closed) != ((name[5:], *to) in but) for to in its}

        checks._ended = got_through
        self.assertRegex(checks.only_the_flows_of_the_design_get_through(), f"{len(FLOWS)} tried")
        broken = {("stranger", "nats", 4222), ("todo-be", "postgres", 5432)}
        checks._ended = lambda name: got_through(name, broken)
        with self.assertRaises(Failure) as wrong:
            checks.only_the_flows_of_the_design_get_through()
        self.assertEqual(
            str(wrong.exception).splitlines(), ["stranger reaches nats:4222", "todo-be cannot reach postgres:5432"]
        )

    def test_a_flow_has_got_through_when_its_container_has(self):
        checks = Checks(mock.Mock(namespace="project"), None)
        ended = {"a-1": 0, "b-2": 1}
        states = [{"name": n, "state": {"terminated": {"exitCode": code}}} for n, code in ended.items()]
        pod = {"status": {"phase": "Failed", "containerStatuses": states}}
        checks.cluster.get.return_value = [pod]
        self.assertEqual(checks._ended("flow-x"), {"a-1": True, "b-2": False})
        pod["status"]["phase"] = "Running"
        self.assertRaisesRegex(Failure, "pod flow-x is Running", checks._ended, "flow-x")


if __name__ == "__main__":
    unittest.main()
