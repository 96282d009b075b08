"""tools/rollback in its own repository."""

import tempfile
import unittest

from release_repository import Repository, digest


class Rollback(unittest.TestCase):
    def setUp(self):
        self.repository = Repository(self.enterContext(tempfile.TemporaryDirectory()))
        self.states = [self.repository.read("production")]
        for number in (100, 200, 300):
            source = self.repository.commit(f"work {number}")
            self.repository.deploy("production", source, number)
            self.states.append(self.repository.read("production"))

    def rollback(self, *arguments):
        return self.repository.run("rollback", "production", *arguments)

    def assert_images(self, number):
        self.assertIn(digest(number), self.repository.read("production"))
        self.assertEqual(self.repository.git("status", "--porcelain"), "")

    def test_each_rollback_goes_back_one_promotion(self):
        done = self.rollback()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(
            '+  - {name: tidings/broadcaster, newName: "registry.production.example/broadcaster", newTag: ', done.stdout
        )
        self.assertIn(digest(200), done.stdout)
        self.assert_images(200)
        self.rollback()
        self.assert_images(100)
        self.assertEqual(self.rollback().returncode, 0)
        text = self.repository.read("production")
        self.assertIn('{name: tidings/todo-be, newName: "registry.production.example/todo-be", newTag: "0.1.0"}', text)
        self.assertNotIn("sha256", text)
        done = self.rollback()
        self.assertEqual(done.returncode, 1)
        self.assertIn("never had other images", done.stderr)

    def test_other_changes_of_the_overlay_are_kept(self):
        self.repository.write(
            self.repository.path("production"), self.repository.read("production") + "commonAnnotations: {a: b}\n"
        )
        self.repository.commit("something else")
        self.assertEqual(self.rollback().returncode, 0)
        self.assert_images(200)
        self.assertIn(
            "\n# What follows stays.\nresources: []\ncommonAnnotations: {a: b}\n", self.repository.read("production")
        )

    def test_any_earlier_revision_can_be_given(self):
        self.assertEqual(self.rollback("--to", "HEAD~4").returncode, 0)
        self.assert_images(100)
        self.assertIn("has the images of", self.rollback("--to", "HEAD").stderr)
        self.assertIn("no commit 'nonsense'", self.rollback("--to", "nonsense").stderr)
        self.assertIn("no commit '--evil'", self.rollback("--to=--evil").stderr)

    def test_a_migration_in_between_is_reported_and_stops_it(self):
        self.repository.write(
            "services/todo-be/migrations/0099_new_column.sql", "alter table todos add column x text;\n"
        )
        source = self.repository.commit("a migration")
        self.repository.deploy("production", source, 400)
        before = self.repository.git("rev-parse", "HEAD")
        done = self.rollback()
        self.assertEqual(done.returncode, 1)
        self.assertIn("migrations in between, which stay: 0099_new_column.sql", done.stderr)
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), before)
        self.assert_images(400)
        self.assertEqual(self.rollback("--despite-migrations").returncode, 0)
        self.assert_images(300)

    def test_the_images_commit_decides_not_the_overlays(self):
        source = self.repository.git("rev-parse", "HEAD")
        self.repository.write("services/todo-be/migrations/0099_later.sql", "select 1;\n")
        self.repository.commit("a migration that no image has yet")
        self.repository.deploy("production", source, 400)
        self.assertEqual(self.rollback().returncode, 0)

    def test_a_dry_run_and_uncommitted_changes_change_nothing(self):
        before = self.repository.git("rev-parse", "HEAD")
        done = self.rollback("--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn(digest(200), done.stdout)
        self.assert_images(300)
        self.repository.write(self.repository.path("production"), self.states[0])
        self.assertIn("uncommitted changes", self.rollback().stderr)
        self.assertEqual(self.repository.read("production"), self.states[0])
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), before)

    def test_an_unknown_environment_is_rejected(self):
        for name in ("nowhere", "../staging", ""):
            self.assertIn("there is no environment", self.repository.run("rollback", name).stderr)


if __name__ == "__main__":
    unittest.main()
