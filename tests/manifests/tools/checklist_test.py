"""tools/promote --checklist: each line says yes to what is good and no to what is not, and changes nothing."""

import datetime
import io
import os
import pathlib
import re
import sys
import tempfile
import unittest
from unittest import mock

import kubectl_stand_in as kubectl
from operations_test import missing_paths
from outside import RULES, check_runs, prometheus, serving
from release_repository import ROOT, Repository

sys.path.insert(0, str(ROOT / "tools"))

from release import checklist, cluster_lines
from release.checklist import Checklist, Look
from release.failure import Failure

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
SEALED = "kind: SealedSecret\nmetadata: {name: a}\nspec: {encryptedData: {KEY: %s}}\n"
THREE_SERVERS = "kind: StatefulSet\nmetadata: {name: nats}\nspec: {replicas: 3}\n"
NIGHTLY = "kind: CronJob\nmetadata: {name: backup}\nspec: {schedule: 17 2 * * *}\n"
BY_HAND = "---\nkind: CronJob\nmetadata: {name: restore}\nspec: {schedule: 0 0 1 1 *, suspend: true}\n"
CERTIFICATE = "kind: Certificate\nmetadata: {name: c}\n"


def thing(name, ready="True", **more):
    return {
        "metadata": {"name": name, "labels": {cluster_lines.ZONE: "a"}},
        "spec": {},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": ready}]} | more,
    }


def application(sync="Synced", health="Healthy"):
    return {
        "metadata": {"name": "tidings-production"},
        "status": {"sync": {"status": sync}, "health": {"status": health}},
    }


class FakeCluster:
    def __init__(self, *found):
        self.found = list(found)

    def get(self, kind, name="", *, namespace=""):
        return self.found


class Lines(unittest.TestCase):
    """Each with something good, something bad, and what it then says."""

    def test_of_the_manifests(self):
        for check, good, bad, why in (
            (checklist.filled_in, "hostnames: [todo.acme.com]", "hostnames: [tidings.example]", "tidings.example"),
            (checklist.filled_in, "", "id: 00000000-0000-0000-0000-000000000000", "00000000-0000"),
            (checklist.no_blank_secret, SEALED % "AgBy", SEALED % "not-yet-sealed", r"blank.*\na$"),
            (checklist.pinned_by_digest, "  image: nats:2@sha256:0", "  image: nats:2", "nats:2"),
        ):
            self.assertTrue(check(good))
            with self.assertRaisesRegex(Failure, why):
                check(bad)
        self.assertIn("0 images of others", checklist.pinned_by_digest("image: registry.example/tidings/todo-be:1"))
        with self.assertRaisesRegex(Look, "neither sealed nor SOPS"):
            checklist.no_blank_secret(NIGHTLY)

    def test_of_the_cluster(self):
        no_zone = thing("n2") | {"metadata": {"name": "n2"}}
        away = thing("n2") | {"spec": {"unschedulable": True}}
        three = [thing(f"n{n}") for n in range(3)]
        for line, good, bad, why in (
            (lambda c: cluster_lines.nodes(c, THREE_SERVERS), three, three[1:], "2 nodes are ready, 3 are needed"),
            (lambda c: cluster_lines.nodes(c, THREE_SERVERS), three, [*three[:2], away], "2 nodes are ready"),
            (lambda c: cluster_lines.nodes(c, THREE_SERVERS), three, [*three[:2], no_zone], "label .*zone: n2"),
            (
                lambda c: cluster_lines.application(c, "production"),
                [application()],
                [application("OutOfSync")],
                "OutOfSync",
            ),
            (
                lambda c: cluster_lines.pods(c, "project"),
                [thing("p")],
                [thing("p"), thing("q", "False")],
                "not ready: q",
            ),
            (lambda c: cluster_lines.certificates(c, "project", CERTIFICATE), [thing("c")], [thing("c", "False")], "c"),
            (lambda c: cluster_lines.certificates(c, "project", CERTIFICATE), [thing("c")], [], "there is none"),
        ):
            self.assertTrue(line(FakeCluster(*good)))
            with self.assertRaisesRegex(Failure, why):
                line(FakeCluster(*bad))
        self.assertIn(
            "1 are ready", cluster_lines.pods(FakeCluster(thing("p"), thing("j", "False", phase="Succeeded")), "x")
        )

    def test_what_is_not_installed_yet_is_to_be_looked_at(self):
        for line in (
            lambda: cluster_lines.application(FakeCluster(), "production"),
            lambda: cluster_lines.pods(FakeCluster(), "project"),
            lambda: cluster_lines.certificates(FakeCluster(), "project", NIGHTLY),
        ):
            self.assertRaises(Look, line)

    def test_of_cron_jobs(self):
        with mock.patch.object(cluster_lines, "now", lambda: NOW):
            for schedule, hours, good in (
                ("17 2 * * *", 20, True),
                ("17 2 * * *", 30, False),
                ("*/5 * * * *", 1, True),
                ("*/5 * * * *", 3, False),
                ("23 4 1 * *", 24 * 33, True),
                ("23 4 1 * *", 24 * 36, False),
                ("0 6 * * 1-5", 24 * 6, True),
                ("0 6 * * 1-5", 24 * 9, False),
                ("7 * * * *", 3, True),
                ("7 * * * *", 4, False),
            ):
                last = (NOW - datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
                found = FakeCluster({"metadata": {"name": "backup"}, "status": {"lastSuccessfulTime": last}})
                text = NIGHTLY.replace("17 2 * * *", f'"{schedule}"') + BY_HAND
                if good:
                    self.assertIn("1 succeeded", cluster_lines.cron_jobs(found, "project", text), schedule)
                else:
                    with self.assertRaisesRegex(Failure, f"backup last succeeded {last}"):
                        cluster_lines.cron_jobs(found, "project", text)
            with self.assertRaisesRegex(Failure, "backup never succeeded"):
                cluster_lines.cron_jobs(FakeCluster(), "project", NIGHTLY + BY_HAND)

    def test_a_line_is_answered_by_what_its_check_does(self):
        out, asked = io.StringIO(), None

        def raises(wrong):
            raise wrong

        asked = Checklist(out)
        asked.ask("a", lambda: "fine")
        self.assertFalse(asked.any_no())
        asked.ask("b", lambda: raises(Look("at this")))
        self.assertFalse(asked.any_no())
        asked.ask("c", lambda: raises(Failure("broken\nhere")))
        asked.ask("d", lambda: {}["status"])
        self.assertTrue(asked.any_no())
        self.assertRegex(out.getvalue(), r"(?m)^yes +a +fine\nlook +b +at this\nno +c +broken\n +here\nno +d +answered")
        self.assertEqual(asked.summary(), "checklist: 1 yes, 2 no, 1 to look at; no: c, d")

    def test_what_a_person_is_sent_to_exists(self):
        text = "\n".join(checklist.FOR_A_PERSON.values())
        self.assertGreater(len(re.findall(r"\.md", text)), 3)
        self.assertEqual(missing_paths(text), set())
        chapters = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
        sources = [(ROOT / f"tools/release/{f}.py").read_text(encoding="utf-8") for f in ("checklist", "cluster_lines")]
        named = set(re.findall(r"docs/operations\.md, (\w+(?: \w+)*)", "\n".join(sources)))
        named |= set(re.findall(r"docs/operations\.md \((\w+)\)", "\n".join(sources)))
        self.assertGreater(len(named), 3)
        self.assertEqual({n for n in named if not re.search(rf"(?m)^###? {n}", chapters)}, set())


class Command(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.bin = pathlib.Path(folder, "bin")
        self.bin.mkdir()
        kubectl.install(self.bin)
        self.repository = Repository(pathlib.Path(folder, "repository"))
        source = self.repository.git("rev-parse", "HEAD")
        self.repository.deploy("staging", source, 100)
        self.repository.write("manifests/overlays/production/sealed.yaml", "apiVersion: b/v1\n" + SEALED % "AgBy")
        text = self.repository.read("production").replace("resources: []", "resources: [sealed.yaml]")
        self.repository.write(Repository.path("production"), text)
        self.repository.commit("production has a secret")
        self.before = self.repository.git("rev-parse", "HEAD")

    def ask(self, *more):
        path = f"{self.bin}:{os.environ['PATH']}"
        done = self.repository.run("promote", "staging", "production", "--checklist", *more, PATH=path)
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.before)
        self.assertEqual(self.repository.git("branch", "--list", "production"), "")
        self.assertEqual(done.stderr, "")
        return done, dict(line.split()[1::-1] for line in done.stdout.splitlines() if re.match("(yes|no|look) ", line))

    def test_what_is_not_given_is_to_be_looked_at_and_that_is_no_failure(self):
        done, answers = self.ask()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual({answers[n] for n in ("images", "committed", "secrets", "branch", "filled")}, {"yes"})
        self.assertEqual({answers[n] for n in ("smoke", "alerts", "tests", "nodes", "migration", "size")}, {"look"})
        self.assertIn("0 no", done.stdout.splitlines()[-1])

    def test_what_is_given_is_asked(self):
        kubectl.write(
            self.bin,
            objects={
                "nodes": [thing("n1")],
                "pods": [thing("p")],
                "application": [application()],
                "certificates": [],
                "cronjobs": [],
            },
        )
        source = self.repository.git("rev-parse", "HEAD~2")
        with serving({f"/{source}": check_runs(build="success")}) as github:
            with prometheus(RULES % ("Watchdog", "none", "project")) as quiet:
                done, answers = self.ask("--context=x", f"--tests={github}/{{commit}}", f"--alerts={quiet}")
        self.assertEqual(done.returncode, 0, done.stdout)
        asked = ("nodes", "application", "pods", "cron", "tests", "alerts")
        self.assertEqual({n: answers[n] for n in asked}, dict.fromkeys(asked, "yes"))
        self.assertEqual([c for c in kubectl.calls(self.bin) if "--context=x" not in c], [])

    def test_one_no_is_a_failure(self):
        kubectl.write(self.bin, objects={"nodes": [thing("n1")], "pods": [thing("p", "False")]})
        done, answers = self.ask("--context=x", "--alerts=http://127.0.0.1:1")
        self.assertEqual((done.returncode, answers["pods"], answers["alerts"]), (1, "no", "no"))
        self.assertRegex(done.stdout.splitlines()[-1], "; no: alerts, pods$")

    def test_a_cluster_that_does_not_answer_is_a_no(self):
        (self.bin / "kubectl").write_text("#!/bin/sh\necho 'Unable to connect' >&2\nexit 1\n", encoding="utf-8")
        done, answers = self.ask("--context=x")
        self.assertEqual((done.returncode, answers["nodes"], answers["pods"]), (1, "no", "no"))
        self.assertIn("Unable to connect", done.stdout)


if __name__ == "__main__":
    unittest.main()
