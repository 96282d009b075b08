"""tools/rollback in its own repository."""

import tempfile
import unittest

from release_repository import Repository, digest


class Rollback(unittest.TestCase):
    def setUp(self):
        self.repository = Repository(self.enterContext(tempfile.TemporaryDirectory()))
        for number in (100, 200, 300):
            self.repository.promoted(self.repository.commit(f"work {number}"), number)
        self.main = self.repository.git("rev-parse", "HEAD")

    def rollback(self, *arguments):
        return self.repository.run("rollback", "production", *arguments)

    def deployed(self):
        return self.repository.show("production", self.repository.path("production"))

    def assert_images(self, number):
        self.assertIn(digest(number), self.deployed())
        self.assertEqual(self.repository.git("status", "--porcelain"), "")
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.main)

    def test_each_rollback_goes_back_one_promotion(self):
        done = self.rollback()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("+  - {name: tidings/broadcaster, newName: registry.production.example/broadcaster", done.stdout)
        self.assertIn(digest(200), done.stdout)
        self.assertIn("to deploy it: git push origin production", done.stdout)
        self.assert_images(200)
        self.assertEqual(self.rollback().returncode, 0)
        self.assert_images(100)
        done = self.rollback()
        self.assertEqual(done.returncode, 1)
        self.assertIn("never had other images", done.stderr)

    def test_a_promotion_after_a_rollback_is_rolled_back_to_what_that_left(self):
        self.assertEqual(self.rollback().returncode, 0)
        self.repository.promoted(self.repository.commit("work 400"), 400)
        self.main = self.repository.git("rev-parse", "HEAD")
        self.assertEqual(self.rollback().returncode, 0)
        self.assert_images(200)

    def test_any_earlier_state_can_be_given(self):
        self.assertEqual(self.rollback("--to", "production~2").returncode, 0)
        self.assert_images(100)
        self.assertIn("already", self.rollback("--to", "production").stderr)
        self.assertIn("was never at", self.rollback("--to", "main").stderr)
        self.assertIn("no commit 'nonsense'", self.rollback("--to", "nonsense").stderr)
        self.assertIn("no commit '--evil'", self.rollback("--to=--evil").stderr)

    def test_a_migration_in_between_is_reported_and_stops_it(self):
        self.repository.write(
            "services/todo-be/migrations/0099_new_column.sql", "alter table todos add column x text;\n"
        )
        before = self.repository.promoted(self.repository.commit("a migration"), 400)
        self.main = self.repository.git("rev-parse", "HEAD")
        done = self.rollback()
        self.assertEqual(done.returncode, 1)
        self.assertIn("migrations in between, which stay: 0099_new_column.sql", done.stderr)
        self.assertEqual(self.repository.git("rev-parse", "production"), before)
        self.assertEqual(self.rollback("--despite-migrations").returncode, 0)
        self.assert_images(300)

    def test_the_images_commit_decides_not_the_branchs(self):
        source = self.repository.git("rev-parse", "HEAD")
        self.repository.write("services/todo-be/migrations/0099_later.sql", "select 1;\n")
        self.repository.commit("a migration that no image has yet")
        self.repository.promoted(source, 400)
        self.assertEqual(self.rollback().returncode, 0)

    def test_a_dry_run_changes_nothing(self):
        before = self.repository.git("rev-parse", "production")
        done = self.rollback("--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn(digest(200), done.stdout)
        self.assert_images(300)
        self.assertEqual(self.repository.git("rev-parse", "production"), before)

    def test_an_environment_without_a_branch_and_an_unknown_one_are_rejected(self):
        self.assertIn("there is no branch staging", self.repository.run("rollback", "staging").stderr)
        for name in ("nowhere", "../staging", ""):
            self.assertIn("there is no environment", self.repository.run("rollback", name).stderr)


if __name__ == "__main__":
    unittest.main()
