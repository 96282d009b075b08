"""The backup component's scripts with a real PostgreSQL, configured by the component's patch."""

import os
import shutil
import subprocess
import time
import unittest

from deployed_nats import container
from rendered import COMPONENTS
from roles import PASSWORDS, roles
from servers import eventually, folder, postgres, script

from private_servers.postgres import programs
from private_servers.process import Process

ADD = """insert into todos (id, title, done, priority, labels, version, created_at, updated_at)
         values (gen_random_uuid(), '%s', false, 'none', '{}', 1, now(), now());
         insert into events (id, todo_id, type, payload) values (gen_random_uuid(), gen_random_uuid(), 'x', '%s')"""


def deployed_options(hba):
    """Of production's server."""
    arguments = container("postgres", "production")[0]["args"]
    return [a.replace("/etc/tidings/pg_hba.conf", str(hba)) for a in arguments]


class backup_case(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.addCleanup(self.folder.remove)
        self.roles = roles(self.folder)
        options = deployed_options(self.roles.hba)
        self.assertIn(f"hba_file={self.roles.hba}", options)
        self.assertIn("max_slot_wal_keep_size=1GB", options)
        self.database = postgres(self.folder, options=[*options, *self.roles.options])
        self.addCleanup(lambda: self.database.crash())
        self.roles.make(self.database)
        self.scripts = self.folder.copy_of(COMPONENTS / "backup/scripts")
        self.backups = self.folder.make("backups")
        self.work = self.folder.make("work")
        self.environment = {
            **self.database.environment(),
            "PGUSER": "backup",
            "PGPASSWORD": PASSWORDS["BACKUP_PASSWORD"],
            "BACKUP_DIR": self.backups,
            "WORK_DIR": self.work,
            "WITHIN_SECONDS": 5,
            "PATIENCE_SECONDS": 2,
            "TMPDIR": self.work,
        }

    def run_script(self, name, *arguments, check=True, **more):
        if name == "restore-test":  # at a server of its own
            more |= {"PGUSER": "postgres"}
        return script(self.scripts / name, self.environment | more, *arguments, check=check)

    def as_superuser(self, sql):
        """From the pod itself, so to speak."""
        login = {"PGHOST": self.roles.socket, "PGUSER": "postgres", "PGPASSWORD": PASSWORDS["SUPERUSER_PASSWORD"]}
        psql = [programs() / "psql", "-XAtqc", sql]
        env = {k: str(v) for k, v in (self.environment | login).items()}
        return subprocess.run(psql, env=env, capture_output=True, text=True, check=True, timeout=60).stdout

    def start_archive(self):
        archive = Process(
            [self.scripts / "wal-archive"], self.folder.path / "archive.log", self.environment, as_postgres=True
        )
        self.addCleanup(archive.stop)
        # The first segment begins with the first write: PostgreSQL writes on its own every 15 s.
        eventually("the archive receives", lambda: list(self.backups.glob("wal/*.partial")), seconds=60)
        return archive

    def restored(self, **more):
        """Titles in a database restored next to the lost one."""
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
