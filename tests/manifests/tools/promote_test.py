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
            *(() if "signed-by" in given else ("--unsigned",)),
            *(f"--{k}={v}" for k, v in given.items()),
            *more,
            API_TOKEN=self.token,
            DATABASE_URL=self.stack.database.url(),
        )

    def assert_nothing_changed(self, done, gate, why):
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, rf"(?m)^{gate} +FAILED .*{why}")
        self.assertIn("nothing is changed", done.stderr)
        self.assert_main_is_untouched()
        self.assertEqual(self.repository.git("branch", "--list", "production"), "")

    def assert_main_is_untouched(self):
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.before)
        self.assertEqual(self.repository.git("status", "--porcelain"), "")

    def deployed(self, path=Repository.path("production")):
        return self.repository.show("production", path)

    def test_whoever_does_not_say_who_signs_promotes_nothing(self):
        done = self.repository.run("promote", "staging", "production", "--smoke=x", "--alerts=x", "--tests=run")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--signed-by --unsigned", done.stderr)
        done = self.promote(signed_by="https://github.com/x/deliver.yaml@refs/heads/main", smoke="http://127.0.0.1:1")
        self.assertRegex(done.stdout, r"(?m)^signatures +(?!ok )")
        self.assert_nothing_changed(done, "smoke", "127.0.0.1")

    def test_when_all_gates_pass_the_branch_moves_once(self):
        dry = self.promote("--dry-run")
        self.assertEqual(dry.returncode, 0, dry.stdout + dry.stderr)
        self.assertEqual(self.repository.git("branch", "--list", "production"), "")
        done = self.promote()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assert_main_is_untouched()
        for gate in ("images", "overlays", "branch", "smoke", "alerts", "migration", "tests"):
            self.assertRegex(done.stdout, rf"(?m)^{gate} +ok ")
        self.assertRegex(done.stdout, r"migration .* nothing to migrate")
        self.assertIn("100% tests passed, 0 tests failed out of 3", done.stdout)
        text = self.deployed()
        self.assertIn(f'{{name: tidings/broadcaster, newTag: "{self.source}", digest: "{digest(100)}"}}', text)
        self.assertNotIn("registry.staging", text)  # each environment has its own registry
        self.assertIn('- {name: nats, newTag: "2.10.29-alpine"}\n# What follows stays.\nresources: []\n', text)
        self.assertIn("to deploy it: git push origin production", done.stdout)
        self.assertIn(f"Promoted-commit: {self.source}", self.repository.git("log", "-1", "--format=%B", "production"))
        changed = self.repository.git("diff", "--name-only", self.source, "production")
        self.assertEqual(changed, Repository.path("production"))
        self.assertEqual(self.repository.git("worktree", "list").count("\n"), 0)
        self.repository.git("checkout", "--quiet", "production")
        folder = (self.repository.root / Repository.path("production")).parent
        subprocess.run(["kustomize", "build", folder], check=True, capture_output=True)
        self.repository.git("checkout", "--quiet", "main")

        self.assertIn("production has the images of staging already", self.promote().stdout)
        self.assertEqual(
            self.repository.git("log", "-1", "--format=%s", "production"),
            f"Promote staging to production: {self.source[:12]}",
        )

    def test_manifests_come_with_the_images_and_go_back_with_them(self):
        quota = "manifests/base/quota.yaml"
        for number, size in ((200, "small"), (300, "large")):
            self.repository.write(quota, f"{size}\n")
            self.source = self.repository.commit(f"a {size} quota")
            self.repository.deploy("staging", self.source, number)
            self.repository.write(quota, "not tried yet\n")
            self.before = self.repository.commit("what main has since")
            done = self.promote()
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(self.deployed(quota), f"{size}\n")
        self.assertIn("-small\n+large\n", done.stdout)
        self.assert_main_is_untouched()
        first = self.repository.git("rev-parse", "production~1")
        back = self.repository.run("rollback", "production")
        self.assertEqual(back.returncode, 0, back.stdout + back.stderr)
        self.assertEqual(self.deployed(quota), "small\n")
        self.assertIn(digest(200), self.deployed())
        self.assertEqual(self.repository.git("rev-parse", "production~2"), first)  # forward, never back
        self.assert_main_is_untouched()
        again = self.promote()
        self.assertEqual((again.returncode, self.deployed(quota)), (0, "large\n"), again.stdout + again.stderr)

    def test_a_branch_that_was_changed_by_hand_is_not_overwritten_unless_told(self):
        self.assertEqual(self.promote().returncode, 0)
        by_hand = self.repository.by_hand("production", "manifests/base/quota.yaml", "larger\n")
        self.source = self.repository.commit("later")
        self.before = self.repository.deploy("staging", self.source, 400)
        done = self.promote()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"(?m)^branch +FAILED .*changed by hand .*\n +[0-9a-f]+ t: by hand")
        self.assertEqual(self.repository.git("rev-parse", "production"), by_hand)
        self.assertEqual(self.promote("--overwrite").returncode, 0)
        self.assertEqual(
            self.repository.git("diff", "--name-only", self.source, "production"), Repository.path("production")
        )

    def test_the_remotes_branch_is_moved_where_it_is_ahead(self):
        self.assertEqual(self.promote().returncode, 0)
        elsewhere = self.repository.by_hand("production", "manifests/x", "x\n")
        self.repository.git("update-ref", "refs/remotes/origin/production", elsewhere)
        self.repository.git("branch", "--force", "production", "production~1")
        self.source = self.repository.commit("later")
        self.before = self.repository.deploy("staging", self.source, 400)
        self.assertRegex(self.promote().stdout, r"(?m)^branch +FAILED .*changed by hand")
        self.assertEqual(self.promote("--overwrite").returncode, 0)
        self.assertEqual(self.repository.git("rev-parse", "production~1"), elsewhere)
        self.repository.git("update-ref", "refs/remotes/origin/production", "main")
        self.assertIn("have parted", self.promote().stderr)

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

    def test_what_is_not_merged_is_not_promoted(self):
        stranger = self.repository.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "of a pull request")
        self.before = self.repository.deploy("staging", stranger, 600)
        self.assert_nothing_changed(self.promote(), "images", "not in the history of what is checked out")

    def test_an_overlay_with_uncommitted_changes_is_kept(self):
        changed = self.repository.read("staging") + "# mine\n"
        self.repository.write(Repository.path("staging"), changed)
        done = self.promote()
        self.assertRegex(done.stdout, r"overlays +FAILED .*uncommitted changes")
        self.assertEqual(self.repository.read("staging"), changed)

    def test_where_git_refuses_nothing_has_moved(self):
        lock = self.repository.root / ".git/refs/heads/production.lock"
        lock.touch()
        done = self.promote()
        self.assertEqual(done.returncode, 1)
        self.assertIn("git failed", done.stderr)
        self.assert_main_is_untouched()
        lock.unlink()
        self.repository.git("checkout", "--quiet", "-b", "production")
        self.assertIn("is checked out here", self.promote().stderr)


if __name__ == "__main__":
    unittest.main()
