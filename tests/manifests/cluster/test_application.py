"""What is read from an Application."""

import unittest

from .application import failed, left


def application(sync="Synced", health="Healthy", phase="Succeeded", **more):
    operation = {"phase": phase, "message": "said", **more.pop("operation", {})}
    status = {"sync": {"status": sync}, "health": {"status": health}, "operationState": operation, **more}
    return {"metadata": {"name": "a"}, "status": status}


class Application(unittest.TestCase):
    def test_in_order_is_synced_and_healthy_after_a_sync(self):
        self.assertEqual(left(application()), [])
        for wrong in ({"sync": "OutOfSync"}, {"health": "Progressing"}, {"phase": "Running"}):
            with self.subTest(wrong):
                self.assertEqual(len(left(application(**wrong))), 1)
        self.assertEqual(len(left({"metadata": {"name": "new"}})), 1)

    def test_what_is_not_in_order_is_named(self):
        resources = [
            {"kind": "StatefulSet", "name": "nats", "status": "OutOfSync", "health": {"status": "Healthy"}},
            {"kind": "HTTPRoute", "name": "r", "status": "Synced", "health": {"status": "Degraded"}},
            {"kind": "Secret", "name": "fine", "status": "Synced"},
        ]
        text = left(application(sync="OutOfSync", resources=resources))[0]
        self.assertIn("StatefulSet nats OutOfSync", text)
        self.assertIn("HTTPRoute r Synced Degraded", text)
        self.assertNotIn("fine", text)

    def test_a_sync_that_is_tried_again_has_failed(self):
        self.assertEqual(failed(application()), [])
        self.assertEqual(failed({"metadata": {}}), [])
        self.assertEqual(len(failed(application(phase="Failed"))), 1)
        self.assertEqual(len(failed(application(phase="Running", operation={"retryCount": 1}))), 1)

    def test_a_failed_sync_names_the_object(self):
        resources = [
            {"kind": "HTTPRoute", "name": "r", "hookPhase": "Failed", "message": "no Service"},
            {"kind": "Secret", "name": "fine", "status": "Synced", "hookPhase": "Succeeded"},
        ]
        text = failed(application(phase="Failed", operation={"syncResult": {"resources": resources}}))[0]
        self.assertIn("HTTPRoute r: no Service", text)
        self.assertNotIn("fine", text)


if __name__ == "__main__":
    unittest.main()
