"""The backup component's scripts against a real PostgreSQL, which runs as the component's patch makes it run."""
import os
import shutil
import time
import unittest

import yaml

from rendered import COMPONENTS
from servers import AS_POSTGRES, child, eventually, folder, postgres, script

ADD = """insert into todos (id, title, done, priority, labels, version, created_at, updated_at)
         values (gen_random_uuid(), '%s', false, 'none', '{}', 1, now(), now());
         insert into events (id, todo_id, type, payload) values (gen_random_uuid(), gen_random_uuid(), 'x', '%s')"""


def options_of_the_patch():
    patch = yaml.safe_load((COMPONENTS / "backup/patches/postgres.yaml").read_text())
    arguments = patch["spec"]["template"]["spec"]["containers"][0]["args"]
    return [a.replace("/etc/tidings/pg_hba.conf", str(COMPONENTS / "backup/pg_hba.conf")) for a in arguments]


class backup_of_postgres(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.addCleanup(self.folder.remove)
        hba = self.folder.copy_of(COMPONENTS / "backup") / "pg_hba.conf"
        options = [o.replace(str(COMPONENTS / "backup/pg_hba.conf"), str(hba)) for o in options_of_the_patch()]
        self.assertIn(f"hba_file={hba}", options)
        self.database = postgres(self.folder, options=options)
        self.addCleanup(lambda: self.database.crash())
        self.scripts = self.folder.copy_of(COMPONENTS / "backup/scripts")
        self.backups = self.folder.make("backups")
        self.work = self.folder.make("work")
        self.environment = {**self.database.environment(), "BACKUP_DIR": self.backups, "WORK_DIR": self.work, "WITHIN_SECONDS": 5,
                            "TMPDIR": self.work}

    def run_script(self, name, *arguments, check=True, **more):
        return script(self.scripts / name, self.environment | more, *arguments, check=check)

    def start_archive(self):
        archive = child([*AS_POSTGRES, self.scripts / "wal-archive"], self.folder.path / "archive.log",
                        {k: str(v) for k, v in self.environment.items()})
        self.addCleanup(archive.stop)
        eventually("the archive receives", lambda: list(self.backups.glob("wal/*.partial")))
        return archive

    def restored(self, **more):
        """Titles in a database restored beside the lost one."""
        data = self.work / "restored"
        shutil.rmtree(data, ignore_errors=True)
        self.run_script("restore-postgres", data, **more)
        self.database.data, self.database.options = data, []
        self.database.start()
        self.addCleanup(self.database.crash)
        return self.database.sql("select string_agg(title, ' ' order by created_at) from todos")

    def age(self, path, days):
        then = time.time() - days * 86400
        os.utime(path, (then, then))

    def test_brings_back_what_was_committed_moments_before_the_database_was_lost(self):
        self.database.sql(ADD % ("before", "{}"))
        archive = self.start_archive()
        self.assertIn("no base backup", self.run_script("backup-check", check=False).stderr)
        self.run_script("backup-postgres")
        self.database.sql(ADD % ("after", "{}"))
        self.assertIn("archived up to", self.run_script("backup-check").stdout)
        self.database.crash()
        archive.stop("kill")
        self.assertEqual("before after", self.restored())

    def test_brings_back_a_moment_of_the_past(self):
        self.start_archive()
        self.run_script("backup-postgres")
        time.sleep(1.1)  # base backups are named to the second
        self.database.sql(ADD % ("kept", "{}"))
        moment = self.database.sql("select pg_sleep(0.01); select now()")
        self.database.sql("select pg_sleep(0.01); delete from todos;" + ADD % ("mistake", "{}"))
        self.run_script("backup-check")
        self.database.crash()
        refused = self.run_script("restore-postgres", self.work / "x", check=False, RESTORE_TIME="2001-01-01 00:00:00+00")
        self.assertIn("no base backup", refused.stderr)
        self.assertEqual("kept", self.restored(RESTORE_TIME=moment.strip()))

    def test_the_check_fails_when_the_archive_stands_still_or_has_a_gap(self):
        archive = self.start_archive()
        self.run_script("backup-postgres")
        self.run_script("backup-check")
        archive.stop()
        self.database.sql(ADD % ("unseen", "{}"))
        self.assertIn("behind", self.run_script("backup-check", check=False, WITHIN_SECONDS=1).stderr)
        # As after a restore: the slot is gone, and what comes now does not follow what is there.
        eventually("the slot is free", lambda: not self.database.sql("select active_pid from pg_replication_slots"))
        self.database.sql("select pg_drop_replication_slot('tidings_backup'); select pg_switch_wal()")
        self.start_archive()
        self.assertEqual(1, len(list(self.backups.glob("wal-until-*"))))
        self.assertIn("gap", self.run_script("backup-check", check=False).stderr)
        time.sleep(1.1)
        self.run_script("backup-postgres")
        self.run_script("backup-check")

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

    def test_packed_wal_is_found_again(self):
        archive = self.start_archive()
        self.run_script("backup-postgres")
        self.database.sql(ADD % ("packed", "{}") + "; select pg_switch_wal()")
        self.run_script("backup-check")
        eventually("the segment is complete", lambda: list(self.backups.glob("wal/[0-9A-F]*[0-9A-F]")))
        for segment in self.backups.glob("wal/" + "[0-9A-F]" * 24):
            self.age(segment, 1)
        time.sleep(1.1)
        first = min(self.backups.glob("base/2*"))
        self.run_script("backup-postgres")
        self.assertTrue(list(self.backups.glob("wal/*.gz")))
        # The newer base backup would not need it.
        shutil.rmtree(max(self.backups.glob("base/2*")))
        self.assertTrue(first.exists())
        self.run_script("backup-check")
        archive.stop()
        self.database.crash()
        # An archive that was put aside can still be used.
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
