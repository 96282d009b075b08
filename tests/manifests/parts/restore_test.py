"""Backups of PostgreSQL restore everything, and the monthly test proves it."""

import shutil
import time
import unittest

from backup_case import ADD, backup_case
from servers import eventually


class restored_postgres(backup_case):
    def test_restores_the_last_commits_before_the_database_was_lost(self):
        self.database.sql(ADD % ("before", "{}"))
        archive = self.start_archive()
        self.assertIn("no base backup", self.run_script("backup-check", check=False, MAX_BASE_HOURS=0).stderr)
        self.run_script("backup-postgres")
        self.database.sql(ADD % ("after", "{}"))
        self.assertIn("archived up to", self.run_script("backup-check").stdout)
        self.database.crash()
        archive.kill()
        self.assertEqual("before after", self.restored())

    def test_restores_a_point_in_time(self):
        self.start_archive()
        self.run_script("backup-postgres")
        time.sleep(1.1)  # base backup names have a resolution of one second
        self.database.sql(ADD % ("kept", "{}"))
        moment = self.database.sql("select pg_sleep(0.01); select now()")
        self.database.sql("select pg_sleep(0.01); delete from todos;" + ADD % ("mistake", "{}"))
        self.run_script("backup-check")
        self.database.crash()
        refused = self.run_script(
            "restore-postgres", self.work / "x", check=False, RESTORE_TIME="2001-01-01 00:00:00+00"
        )
        self.assertIn("no base backup", refused.stderr)
        self.assertEqual("kept", self.restored(RESTORE_TIME=moment.strip()))

    def test_packed_wal_is_restored(self):
        archive = self.start_archive()
        self.run_script("backup-postgres")
        self.database.sql(ADD % ("packed", "{}"))
        self.as_superuser("select pg_switch_wal()")
        self.run_script("backup-check")
        eventually("the segment is complete", lambda: list(self.backups.glob("wal/[0-9A-F]*[0-9A-F]")))
        for segment in self.backups.glob("wal/" + "[0-9A-F]" * 24):
            self.age(segment, 1)
        time.sleep(1.1)
        first = min(self.backups.glob("base/2*"))
        self.run_script("backup-check")
        self.assertTrue(list(self.backups.glob("wal/*.gz")))
        self.run_script("backup-postgres")
        # The newer base backup would not need it.
        shutil.rmtree(max(self.backups.glob("base/2*")))
        self.assertTrue(first.exists())
        self.run_script("backup-check")
        archive.stop()
        self.database.crash()
        # An archive that was moved away can still be used.
        (self.backups / "wal").rename(self.backups / "wal-until-now")
        self.assertEqual("packed", self.restored(WAL_DIR=self.backups / "wal-until-now"))

    def test_the_restore_test_passes_on_good_backups_only_and_in_time_only(self):
        self.start_archive()
        self.assertIn("no base backup", self.run_script("restore-test", check=False).stderr)
        self.database.sql(ADD % ("one", "{}"))
        self.run_script("backup-postgres")
        self.database.sql(ADD % ("two", "{}"))
        self.run_script("backup-check")
        said = self.run_script("restore-test").stdout
        self.assertIn("base and WAL: 2 to-dos", said)
        self.assertIn(".dump: 1 to-dos", said)
        self.assertIn("are promised", self.run_script("restore-test", check=False, RTO_SECONDS=-1).stderr)
        dump = next(self.backups.glob("dump/*.dump"))
        dump.write_bytes(dump.read_bytes()[:-200])
        self.assertNotEqual(0, self.run_script("restore-test", check=False).returncode)

    def test_a_restore_touches_no_running_database_and_deletes_none(self):
        self.run_script("backup-postgres")
        refused = self.run_script("restore-postgres", self.database.data, check=False)
        self.assertIn("postmaster.pid", refused.stderr)
        self.database.stop()
        self.run_script("restore-postgres", self.database.data)
        self.assertEqual(1, len(list(self.folder.path.glob("postgres.before-*/PG_VERSION"))))


if __name__ == "__main__":
    unittest.main()
