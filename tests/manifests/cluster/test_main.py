"""Which checks share a cluster, and what a check that finds something does to the others."""

import unittest
from unittest import mock

from . import main
from .report import Report
from .setting import Setting


class Runs(unittest.TestCase):
    def setUp(self):
        self.out = self.enterContext(open("/dev/null", "w", encoding="ascii"))
        self.report, self.clusters, self.seen = Report(self.out), [], []

    def run_checks(self, settings, broken=(), unmakeable=()):
        """`settings`: {check: its setting}; the clusters that were made, each with the checks that saw it."""
        made = {name: Setting(list, None, n) for n, name in enumerate(sorted(set(settings.values())), 1)}

        def check_of(name):
            def check(given, report):
                given.append(name)
                if name in broken:
                    raise RuntimeError("found something")
                report.counts["objects"] += 1

            return mock.Mock(SETTING=made[settings[name]], check=check)

        def start(setting, *_):
            if next(n for n, s in made.items() if s is setting) in unmakeable:
                self.report.add("start", ["no"])
                return None
            self.clusters.append([])
            return Given(self.clusters[-1])

        with mock.patch.object(main, "CHECKS", {n: check_of(n) for n in settings}), mock.patch.object(
            main, "start", start
        ):
            main.run(list(reversed(settings)), {}, None, self.report, None)
        return self.clusters

    def test_those_of_one_setting_share_a_cluster_in_their_order(self):
        found = self.run_checks({"a": "x", "b": "y", "c": "y", "d": "x"})
        self.assertEqual(found, [["a", "d"], ["b", "c"]])
        self.assertEqual((self.report.problems, self.report.counts["checks"]), ([], 4))

    def test_what_comes_after_one_that_found_something_gets_a_new_cluster(self):
        found = self.run_checks({"a": "x", "b": "x", "c": "x"}, broken=("a",))
        self.assertEqual(found, [["a"], ["b", "c"]])
        self.assertEqual(len(self.report.problems), 1)
        self.assertIn("a: RuntimeError: found something", self.report.problems[0])

    def test_without_their_setting_no_check_counts_and_that_is_a_problem(self):
        found = self.run_checks({"a": "x", "b": "x", "c": "y"}, unmakeable=("x",))
        self.assertEqual(found, [["c"]])
        self.assertEqual((len(self.report.problems), self.report.counts["checks"]), (1, 1))

    def test_every_check_says_what_it_is_about_and_is_of_a_setting(self):
        for name, check in main.CHECKS.items():
            self.assertTrue(check.ABOUT and isinstance(check.SETTING, Setting) and callable(check.check), name)


class Given(list):
    """What is true though nothing is in it."""

    def __init__(self, record):
        super().__init__()
        self.append = record.append

    def __bool__(self):
        return True


if __name__ == "__main__":
    unittest.main()
