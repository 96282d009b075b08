"""The database's roles: tidings owns its data and is no superuser, backup reads and replicates, both do their work."""

import shutil
import subprocess
import unittest

from backup_case import ADD, deployed_options
from deployed_nats import container
from rendered import COMPONENTS
from roles import KEYS, PASSWORDS, roles
from servers import BUILD, PASSWORD, eventually, folder, script

from private_servers.postgres import Postgres, create_cluster, programs
from private_servers.process import Process
from release.trial import try_migration

REFUSED = "permission denied|must be superuser|rejects|not permitted"


class the_roles(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.addCleanup(self.folder.remove)
        self.roles = roles(self.folder)
        self.socket, self.secrets = self.roles.socket, self.roles.secrets
        self.options = [*deployed_options(self.roles.hba), *self.roles.options]

    def start(self):
        self.database = Postgres(self.folder.path / "data", password=PASSWORD, options=self.options, durable=True)
        self.addCleanup(self.database.crash)
        self.path = {"PATH": f"{programs()}:/usr/bin:/bin", "PGPORT": self.database.port}

    def new(self):
        """As the image makes one: its superuser is postgres."""
        data, superuser = self.folder.path / "data", PASSWORDS["SUPERUSER_PASSWORD"]
        create_cluster(data, superuser, ("--no-sync", "--wal-segsize=1", "-U", "postgres"))
        self.start()

    def old(self):
        """As it was made before: tidings is the superuser, and has data."""
        create_cluster(self.folder.path / "data", PASSWORD, ("--no-sync",))
        self.start()
        self.migrate()
        self.database.sql(ADD % ("from before", "{}"))

    def make_roles(self):
        self.assertIn("as they should be", self.roles.make(self.database))

    def migrate(self):
        """todo-be's own migrations, as tidings."""
        done = subprocess.run(
            [BUILD / "bin/todo-be", "--migrate-only"],
            env={"DATABASE_URL": self.database.url(), "LOG_FORMAT": "text"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def ask(self, user, sql, check=True, **at):
        env = {"PGHOST": "127.0.0.1", "PGDATABASE": "tidings", "PGUSER": user, "PGPASSWORD": PASSWORDS[KEYS[user]]} | at
        done = subprocess.run(
            [programs() / "psql", "-XAtqc", sql],
            env={k: str(v) for k, v in (self.path | env).items()},
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertTrue(done.returncode == 0 or not check, done.stderr)
        return done.stdout.strip() if check else done.stderr

    def check(self):
        self.migrate()
        self.database.sql(ADD % ("now", "{}"))
        found = self.ask("tidings", "select string_agg(rolname, ' ' order by rolname) from pg_roles where rolsuper")
        self.assertEqual(found, "postgres")
        self.assertEqual(self.ask("tidings", "create table later (x int); drop table later; select 1"), "1")
        for user, sql in (
            ("tidings", "copy todos from program 'id'"),
            ("tidings", "create role mine superuser"),
            ("tidings", "alter role tidings superuser"),
            ("tidings", "create database mine"),
            ("tidings", "alter system set ssl = off"),
            ("tidings", "select pg_read_file('PG_VERSION')"),
            ("backup", "delete from todos"),
            ("backup", "insert into outbox (seq) values (1)"),
            ("backup", "create table mine (x int)"),
            ("metrics", "select title from todos"),
            ("metrics", "delete from todos"),
            ("metrics", "create table mine (x int)"),
            ("postgres", "select 1"),  # over the network
        ):
            with self.subTest(user=user, sql=sql):
                self.assertRegex(self.ask(user, sql, check=False), REFUSED)
        self.assertEqual(self.ask("postgres", "select 1", PGHOST=self.socket), "1")
        self.assertNotEqual(self.ask("metrics", "select sum(size) from pg_ls_waldir()"), "")

    def test_of_a_new_database(self):
        self.new()
        self.make_roles()
        self.check()
        self.make_roles()
        self.check()

    def test_of_a_database_from_when_tidings_was_the_superuser(self):
        self.old()
        self.make_roles()
        self.check()
        self.assertEqual(self.ask("tidings", "select count(*) from todos where title = 'from before'"), "1")
        self.make_roles()
        self.check()

    def test_a_changed_password_is_taken_over(self):
        self.new()
        self.make_roles()
        (self.secrets / "BACKUP_PASSWORD").write_text("another")
        self.make_roles()
        self.assertIn("authentication failed", self.ask("backup", "select 1", check=False))

    def test_backups_are_made_and_tested_as_those_roles_that_the_jobs_have(self):
        self.new()
        self.make_roles()
        self.migrate()
        self.database.sql(ADD % ("kept", "{}"))
        scripts = self.folder.copy_of(COMPONENTS / "backup/scripts")
        places = {"BACKUP_DIR": self.folder.make("backups"), "WORK_DIR": self.folder.make("work"), "WITHIN_SECONDS": 5}
        network = {"PGHOST": "127.0.0.1", "PGDATABASE": "tidings"} | places | self.path

        archive = Process(
            [scripts / "wal-archive"],
            self.folder.path / "archive.log",
            network | self.login("wal-archive"),
            as_postgres=True,
        )
        self.addCleanup(archive.stop)
        eventually("the archive receives", lambda: list(places["BACKUP_DIR"].glob("wal/*.partial")), seconds=60)
        for job in ("backup-postgres", "backup-check"):
            script(scripts / job, network | self.login(job))
        local = {"PGDATABASE": "tidings", "TMPDIR": places["WORK_DIR"]} | places | self.path
        said = script(scripts / "restore-test", local | self.login("backup-restore-test")).stdout
        self.assertIn("base and WAL: 1 to-dos", said)
        shutil.rmtree(places["WORK_DIR"], ignore_errors=True)

    def test_promotion_tries_migrations_on_a_copy_that_backup_may_make(self):
        self.new()
        self.make_roles()
        self.migrate()
        self.database.sql(ADD % ("of production", "{}"))
        url = f"postgresql://backup:{PASSWORDS['BACKUP_PASSWORD']}@127.0.0.1:{self.database.port}/tidings"
        self.assertIn("on a copy", try_migration(url, BUILD / "bin/todo-be"))

    def login(self, workload):
        env = {e["name"]: e.get("value") for e in container(workload, "production")[0]["env"]}
        file = (env.get("PGPASSWORD_FILE") or "").rpartition("/")[2]
        return {"PGUSER": env["PGUSER"]} | ({"PGPASSWORD_FILE": self.secrets / file} if file else {})


if __name__ == "__main__":
    unittest.main()
