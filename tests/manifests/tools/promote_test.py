"""tools/promote with real programs: a stack, a database, Prometheus. GitHub is a stand-in."""

import subprocess
import tempfile
import unittest

from outside import RULES, check_runs, prometheus, serving
from release_repository import Repository, digest
from stack import BIN, TOKEN, Stack


class Promotion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(Stack())
        cls.quiet = cls.enterClassContext(prometheus(RULES % ("Watchdog", "none", "project")))

    def setUp(self):
        self.token = TOKEN
        self.repository = Repository(self.enterContext(tempfile.TemporaryDirectory()))
        self.source = self.repository.git("rev-parse", "HEAD")
        self.before = self.repository.deploy("staging", self.source, 100)

    def promote(self, *more, **options):
        given = {
            "smoke": self.stack.page,
            "metrics": self.stack.metrics,
            "alerts": self.quiet,
            "tests": "run",
            "todo-be": BIN / "todo-be",
        } | {k.replace("_", "-"): v for k, v in options.items()}
        return self.repository.run(
            "promote",
            "staging",
            "production",
            *(f"--{k}={v}" for k, v in given.items()),
            *more,
            API_TOKEN=self.token,
            DATABASE_URL=self.stack.database.url(),
        )

    def assert_nothing_changed(self, done, gate, why):
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, rf"(?m)^{gate} +FAILED .*{why}")
        self.assertIn("nothing is changed", done.stderr)
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.before)
        self.assertEqual(self.repository.git("status", "--porcelain"), "")

    def test_when_all_gates_pass_the_digests_are_committed_once(self):
        dry = self.promote("--dry-run")
        self.assertEqual(dry.returncode, 0, dry.stdout + dry.stderr)
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.before)
        done = self.promote()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for gate in ("images", "overlays", "smoke", "alerts", "migration", "tests"):
            self.assertRegex(done.stdout, rf"(?m)^{gate} +ok ")
        self.assertRegex(done.stdout, r"migration .* nothing to migrate")
        self.assertIn("100% tests passed, 0 tests failed out of 3", done.stdout)
        text = self.repository.read("production")
        self.assertIn(f'{{name: tidings/broadcaster, newTag: "{self.source}", digest: "{digest(100)}"}}', text)
        self.assertNotIn("registry.staging", text)  # each environment has its own registry
        self.assertIn('- {name: nats, newTag: "2.10.29-alpine"}\n# What follows stays.\nresources: []\n', text)
        self.assertIn(f'+  - {{name: tidings/todo-fe, newTag: "{self.source}"', done.stdout)
        self.assertIn(f"Promoted-commit: {self.source}", self.repository.git("log", "-1", "--format=%B"))
        self.assertEqual(self.repository.git("show", "--name-only", "--format=", "HEAD"), Repository.path("production"))
        self.assertEqual(self.repository.git("worktree", "list").count("\n"), 0)
        folder = (self.repository.root / Repository.path("production")).parent
        subprocess.run(["kustomize", "build", folder], check=True, capture_output=True)

        self.assertIn("production has the images of staging already", self.promote().stdout)
        self.assertEqual(
            self.repository.git("log", "-1", "--format=%s"), f"Promote staging to production: {self.source[:12]}"
        )

    def test_each_failing_gate_changes_nothing(self):
        with prometheus(RULES % ("NatsDisconnected", "critical", "staging")) as loud:
            done = self.promote(alerts=loud)
        self.assert_nothing_changed(done, "alerts", r"firing:\n +NatsDisconnected staging")
        self.assertRegex(done.stdout, r"(?m)^migration +not run .*needs: alerts$")
        self.assertRegex(done.stdout, r"(?m)^tests +not run .*needs: alerts, migration$")
        with serving({f"/{self.source}": check_runs(build="success", test="failure")}) as github:
            self.assert_nothing_changed(
                self.promote(tests=github + "/{commit}"), "tests", r"not all passed\n +test: failure"
            )
        self.assert_nothing_changed(self.promote(todo_be="/no/such"), "migration", "/no/such is not there")
        self.assert_nothing_changed(
            self.promote(database="postgresql://x@127.0.0.1:1/x"), "migration", "psql failed.*refused"
        )
        self.token = "wrong"
        self.assert_nothing_changed(self.promote(), "smoke", r".*(\n.*)*broadcaster +FAILED .*401")

    def test_a_failing_suite_changes_nothing_and_is_reported(self):
        self.repository.write(
            "dev", "#!/bin/sh\necho 'The following tests FAILED: 12 - a 410 disables the endpoint'\nexit 8\n"
        )
        self.source = self.repository.commit("a broken commit")
        self.before = self.repository.deploy("staging", self.source, 500)
        self.assert_nothing_changed(self.promote(), "tests", "a 410 disables the endpoint")

    def test_images_without_a_digest_or_of_several_commits_are_not_promoted(self):
        text = self.repository.read("staging")
        cron = f', digest: "{digest(102)}"'
        for old, new, why in (
            (f', digest: "{digest(101)}"', "", "no digest: tidings/todo-be"),
            (self.source, "0.9.0", "not a commit of this"),
            (f'"{self.source}"{cron}', f'"abc1234"{cron}', "several commits"),
        ):
            self.repository.write(Repository.path("staging"), text.replace(old, new))
            self.before = self.repository.commit("a strange staging")
            done = self.promote()
            self.assert_nothing_changed(done, "images", why)
            self.assertRegex(done.stdout, r"tests +not run")

    def test_an_overlay_with_uncommitted_changes_is_kept(self):
        changed = self.repository.read("production") + "# mine\n"
        self.repository.write(Repository.path("production"), changed)
        done = self.promote()
        self.assertRegex(done.stdout, r"overlays +FAILED .*uncommitted changes")
        self.assertEqual(self.repository.read("production"), changed)

    def test_a_commit_rejected_by_git_leaves_the_file_unchanged(self):
        hook = self.repository.root / ".git/hooks/pre-commit"
        hook.write_text("#!/bin/sh\necho no >&2; exit 1\n", encoding="utf-8")
        hook.chmod(0o755)
        done = self.promote()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.repository.git("status", "--porcelain"), "")


if __name__ == "__main__":
    unittest.main()
