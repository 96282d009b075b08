"""What is read from live objects: order, differences, what is not finished."""

import unittest

from .rendering import difference, in_order, job_of, unfinished, with_room
from .waiting import remaining


def of(kind, name="x", wave=None, **fields):
    about = {"name": name, "namespace": "n", "generation": 2}
    about |= {"annotations": {"argocd.argoproj.io/sync-wave": wave}} if wave else {}
    return {"apiVersion": "v1", "kind": kind, "metadata": about, **fields}


class Order(unittest.TestCase):
    def test_waves_come_before_kinds(self):
        objects = [of("Deployment"), of("HTTPRoute"), of("Job", wave="-1"), of("Secret"), of("Namespace", wave="3")]
        self.assertEqual(
            [o["kind"] for o in in_order(objects)], ["Job", "Secret", "Deployment", "HTTPRoute", "Namespace"]
        )


class Difference(unittest.TestCase):
    def test_names_every_path(self):
        before, after = of("Service", spec={"a": 1, "b": {"c": [1]}}), of(
            "Service", spec={"a": 1, "b": {"c": [2]}, "d": 0}
        )
        self.assertEqual(difference(before, after), ["/spec/b/c", "/spec/d"])

    def test_a_generation_counts_and_a_label_does(self):
        after = of("Service")
        after["metadata"] |= {"generation": 3, "labels": {"a": "b"}}
        self.assertEqual(difference(of("Service"), after), ["/metadata/generation", "/metadata/labels"])

    def test_what_the_server_keeps_for_itself_does_not_count(self):
        after = of("Service", status={"a": 1})
        after["metadata"] |= {"resourceVersion": "7", "managedFields": [1]}
        self.assertEqual(difference(of("Service"), after), [])


class Unfinished(unittest.TestCase):
    def test_a_deployment_is_finished_when_its_newest_pods_are_available(self):
        done = {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
        for change, finished in (
            ({}, True),
            ({"observedGeneration": 1}, False),
            ({"updatedReplicas": 1}, False),
            ({"availableReplicas": 1}, False),
            ({"replicas": 3}, False),
        ):
            with self.subTest(change):
                o = of("Deployment", spec={"replicas": 2}, status=done | change)
                self.assertEqual(unfinished(o) is None, finished)

    def test_a_stateful_set_is_finished_when_its_newest_pods_are_ready(self):
        done = {"observedGeneration": 2, "readyReplicas": 3, "currentRevision": "b", "updateRevision": "b"}
        for change, finished in (({}, True), ({"readyReplicas": 2}, False), ({"currentRevision": "a"}, False)):
            with self.subTest(change):
                o = of("StatefulSet", spec={"replicas": 3}, status=done | change)
                self.assertEqual(unfinished(o) is None, finished)

    def test_a_job_is_finished_when_complete_and_not_when_failed(self):
        def job(*conditions, **spec):
            return of("Job", spec=spec, status={"conditions": [{"type": c, "status": "True"} for c in conditions]})

        self.assertIsNone(unfinished(job("Complete")))
        self.assertIsNone(unfinished(job(suspend=True)))
        self.assertIn("Failed", unfinished(job("Failed")))
        self.assertIn("0 pods", unfinished(job()))

    def test_an_autoscaler_is_finished_at_its_minimum(self):
        for current, finished in ((0, False), (1, False), (2, True), (5, True)):
            o = of("HorizontalPodAutoscaler", spec={"minReplicas": 2}, status={"currentReplicas": current})
            self.assertEqual(unfinished(o) is None, finished, current)

    def test_a_route_says_what_its_gateway_said(self):
        def route(*said):
            conditions = [{"type": t, "status": s, "message": m} for t, s, m in said]
            return of("HTTPRoute", spec={"parentRefs": [{}]}, status={"parents": [{"conditions": conditions}]})

        accepted, missing = ("Accepted", "True", ""), ("ResolvedRefs", "False", "no Service a")
        self.assertIsNone(unfinished(route(accepted, ("ResolvedRefs", "True", ""))))
        self.assertIn("no Service a", unfinished(route(accepted, missing)))
        self.assertIn("no gateway", unfinished(route()))

    def test_other_kinds_have_nothing_to_finish(self):
        self.assertIsNone(unfinished(of("ConfigMap", spec={})))


class Waiting(unittest.TestCase):
    def test_what_remains_is_told_and_nothing_when_it_goes_in_time(self):
        said = iter((["a"], ["b"], []))
        self.assertEqual(remaining(lambda: next(said), 60, 0), [])
        found = remaining(lambda: ["a"], 0, 0)
        self.assertEqual(len(found), 1)
        self.assertIn("a (this took more than 0 s)", found[0])


class Made(unittest.TestCase):
    def test_a_job_is_its_cron_jobs_template(self):
        template = {"metadata": {"labels": {"a": "b"}}, "spec": {"backoffLimit": 1}}
        job = job_of(of("CronJob", spec={"jobTemplate": template}), "by-hand")
        self.assertEqual(job["metadata"], {"labels": {"a": "b"}, "name": "by-hand", "namespace": "n"})
        self.assertEqual(job["spec"], {"backoffLimit": 1})

    def test_documented_increases_of_a_quota_add_up(self):
        quota = of("ResourceQuota", spec={"hard": {"pods": "10", "limits.cpu": "5"}})
        raised, other = with_room([quota, of("Secret")], [{"pods": "12"}, {"pods": "11", "limits.cpu": "5500m"}, {}])
        self.assertEqual(raised["spec"]["hard"], {"pods": "13000m", "limits.cpu": "5500m"})
        self.assertEqual(other, of("Secret"))
        self.assertEqual(quota["spec"]["hard"]["pods"], "10")


if __name__ == "__main__":
    unittest.main()
