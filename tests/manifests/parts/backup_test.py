"""Backups of PostgreSQL: created, kept, deleted, checked."""

import shutil
import time
import unittest

from backup_case import ADD, backup_case
from servers import eventually

from private_servers.process import Process


class backup_of_postgres(backup_case):
    def test_the_check_fails_when_the_archive_is_stalled_or_has_a_gap(self):
        archive = self.start_archive()
        self.run_script("backup-postgres")
        self.run_script("backup-check")
        archive.stop()
        self.database.sql(ADD % ("unseen", "{}"))
        self.assertIn("behind", self.run_script("backup-check", check=False, WITHIN_SECONDS=1).stderr)
        # As after a restore: the slot is missing, and new WAL does not continue the archive.
        eventually("the slot is free", lambda: not self.database.sql("select active_pid from pg_replication_slots"))
        self.as_superuser("select pg_drop_replication_slot('tidings_backup'); select pg_switch_wal()")
        self.start_archive()
        self.assertEqual(1, len(list(self.backups.glob("wal-until-*"))))
        self.assertIn("gap", self.run_script("backup-check", check=False).stderr)
        time.sleep(1.1)
        self.run_script("backup-postgres")
        self.run_script("backup-check")

    def test_the_check_waits_until_it_can_reach_the_database(self):
        archive = self.start_archive()
        self.run_script("backup-postgres")
        archive.stop()
        self.database.stop()
        log = self.folder.path / "check.log"
        patient = self.environment | {"WITHIN_SECONDS": 60}
        check = Process([self.scripts / "backup-check"], log, patient, as_postgres=True)
        self.addCleanup(check.stop)
        eventually("its first try fails", lambda: "refused" in log.read_text(encoding="utf-8"))
        self.database.start()
        self.start_archive()
        eventually("it ends", lambda: check.child.poll() is not None, seconds=90)
        self.assertEqual(check.child.returncode, 0, check.last_lines())
        self.database.stop()
        said = self.run_script("backup-check", check=False, WITHIN_SECONDS=1).stderr
        self.assertIn("the database has not answered for 1 s", said)
        self.database.start()

    def test_the_archive_goes_on_by_itself_when_the_database_is_back(self):
        archive = self.start_archive()
        self.run_script("backup-postgres")
        self.database.stop()
        eventually("it notices", lambda: "begins again" in archive.log.read_text(encoding="utf-8"))
        self.database.start()
        self.database.sql(ADD % ("after", "{}"))
        self.run_script("backup-check", WITHIN_SECONDS=60)
        self.assertIsNone(archive.child.poll())
        self.assertFalse(list(self.backups.glob("wal-until-*")))

    def test_a_backup_waits_for_the_archive_that_goes_with_it(self):
        self.start_archive().stop()
        eventually("the slot is free", lambda: not self.database.sql("select active_pid from pg_replication_slots"))
        # As after a restore: what the archive has is put aside, when it begins.
        self.as_superuser("select pg_drop_replication_slot('tidings_backup'); select pg_switch_wal()")
        backup = Process(
            ["bash", "-x", self.scripts / "backup-postgres"],
            self.folder.path / "backup.log",
            self.environment | {"PATIENCE_SECONDS": 60},
            as_postgres=True,
        )
        self.addCleanup(backup.stop)
        eventually("it waits", lambda: "+ sleep 1" in backup.log.read_text(encoding="utf-8"))
        archive = self.start_archive()
        eventually("it ends", lambda: backup.child.poll() is not None, seconds=90)
        self.assertEqual(backup.child.returncode, 0, backup.last_lines())
        self.run_script("backup-check")
        archive.stop()
        eventually("the slot is free", lambda: not self.database.sql("select active_pid from pg_replication_slots"))
        self.assertIn("does not receive", self.run_script("backup-postgres").stderr)

    def test_a_backup_waits_until_it_can_reach_the_database(self):
        self.start_archive().stop()
        self.database.stop()
        self.assertIn("pg_isready has not succeeded for 2 s", self.run_script("backup-postgres", check=False).stderr)
        patient = self.environment | {"PATIENCE_SECONDS": 20}
        log = self.folder.path / "backup.log"
        backup = Process(["bash", "-x", self.scripts / "backup-postgres"], log, patient, as_postgres=True)
        self.addCleanup(backup.stop)
        eventually("it has begun", lambda: "pg_isready" in log.read_text(encoding="utf-8"))
        self.database.start()
        eventually("it ends", lambda: backup.child.poll() is not None, seconds=90)
        self.assertEqual(backup.child.returncode, 0, backup.last_lines())

    def test_a_new_database_is_in_order_until_its_first_backup_is_due_if_the_archive_follows(self):
        archive = self.start_archive()
        self.assertIn("the first base backup is due", self.run_script("backup-check").stdout)
        self.assertIn("no base backup", self.run_script("backup-check", check=False, MAX_BASE_HOURS=0).stderr)
        archive.stop()
        self.database.sql(ADD % ("unseen", "{}"))
        self.assertIn("behind", self.run_script("backup-check", check=False, WITHIN_SECONDS=1).stderr)

    def test_a_base_backup_that_is_too_old_fails_the_check(self):
        self.start_archive()
        self.run_script("backup-postgres")
        for base in self.backups.glob("base/2*"):
            self.age(base, 2)
        self.assertIn("no base backup of the last 26 h", self.run_script("backup-check", check=False).stderr)

    def test_keeps_seven_days_and_deletes_nothing_when_it_fails(self):
        self.start_archive()
        self.run_script("backup-postgres")
        for kind, days, name in (("base", 6, "20200106T000000Z"), ("base", 8, "20200108T000000Z")):
            shutil.copytree(next(self.backups.glob("base/2*")), self.backups / kind / name)
            for path in (self.backups / kind / name, *(self.backups / kind / name).iterdir()):
                self.folder.give(path)
            self.age(self.backups / kind / name, days)
        for days in (6, 8):
            dump = self.backups / f"dump/2020010{days}T000000Z.dump"
            dump.touch()
            self.age(dump, days)
        before = sorted(p.name for p in self.backups.glob("*/2*"))
        self.assertNotEqual(0, self.run_script("backup-postgres", check=False, PGPORT=1).returncode)
        self.assertEqual(before, sorted(p.name for p in self.backups.glob("*/2*")))
        time.sleep(1.1)
        self.run_script("backup-postgres")
        left = {p.name for p in self.backups.glob("*/2*")}
        self.assertEqual({"20200106T000000Z", "20200106T000000Z.dump"}, {n for n in left if n.startswith("2020")})
        self.assertEqual(2 + 4, len(left), "two new ones of each kind")
        self.assertEqual([], list(self.backups.glob("*/new")))

    def test_the_password_is_required(self):
        run = self.run_script("backup-postgres", check=False, PGPASSWORD="wrong")
        self.assertIn("password authentication failed", run.stderr)
        self.assertEqual([], list(self.backups.glob("*/2*")))


if __name__ == "__main__":
    unittest.main()
