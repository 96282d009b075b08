"""Component tls with a real PostgreSQL: it lets in by TLS only, and everything checks whom it has called."""

import re
import shutil
import socket
import ssl
import struct
import subprocess
import unittest

from authority import as_mounted_for_postgres, authority, certificates
from backup_case import ADD
from deployed_nats import config_of, container, overlay
from rendered import COMPONENTS
from roles import KEYS, PASSWORDS, roles
from servers import BUILD, PASSWORD, eventually, fetch, folder, script

from private_servers.ports import free_port
from private_servers.postgres import Postgres, create_cluster, programs
from private_servers.process import Process

PRODUCTION = "production+postgres-exporter+tls"
HBA, MOUNT = "/etc/tidings/pg_hba.conf", "/run/tls"
SCRIPTS = COMPONENTS / "tls-nats"


def value(e):
    """Of a variable: written there, or taken from the settings."""
    return (
        e["value"]
        if "value" in e
        else config_of(PRODUCTION, "tidings-settings")[e["valueFrom"]["configMapKeyRef"]["key"]]
    )


def environment(workload):
    """As Kubernetes makes it, of variables that are no secrets."""
    found = {}
    for e in container(workload, PRODUCTION)[0]["env"]:
        if "value" in e or "configMapKeyRef" in e["valueFrom"]:
            found[e["name"]] = re.sub(r"\$\((\w+)\)", lambda m: found[m[1]], value(e))
    return found


def serial(port, trusting):
    """Of the certificate that PostgreSQL shows."""
    plain = socket.create_connection(("localhost", port), timeout=10)
    plain.sendall(struct.pack("!ii", 8, 80877103))
    assert plain.recv(1) == b"S"
    with ssl.create_default_context(cafile=trusting).wrap_socket(plain, server_hostname="localhost") as tls:
        return tls.getpeercert()["serialNumber"]


class the_database(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.ca = authority(cls.folder.make("authorities") / "ca")
        cls.spec = certificates(overlay(PRODUCTION))["postgres-tls"]
        cls.mounted = as_mounted_for_postgres(cls.ca.issue("postgres-tls", cls.spec))
        # What pods of clients mount: the authority's certificate alone.
        cls.trusted = cls.folder.make("trusted") / "ca.crt"
        shutil.copy(cls.ca.certificate, cls.trusted)
        cls.roles = roles(cls.folder)
        hba = cls.folder.path / "pg_hba.conf"
        hba.write_text(config_of(PRODUCTION, "postgres-hba")["pg_hba.conf"])
        cls.folder.give(hba)
        arguments = container("postgres", PRODUCTION)[0]["args"]
        options = [a.replace(HBA, str(hba)).replace(MOUNT, str(cls.mounted)) for a in arguments]
        data = cls.folder.path / "data"
        create_cluster(data, PASSWORDS["SUPERUSER_PASSWORD"], ("--no-sync", "--wal-segsize=1", "-U", "postgres"))
        cls.database = Postgres(data, password=PASSWORD, options=[*options, *cls.roles.options], durable=True)
        cls.addClassCleanup(cls.database.crash)
        cls.roles.make(cls.database)

    def here(self, text):
        """A path or an address of the deployment, as it is in this test."""
        text = text.replace(f"{MOUNT}/ca.crt", str(self.trusted)).replace(
            "@postgres/", f"@localhost:{self.database.port}/"
        )
        return text.replace("postgres:5432", f"localhost:{self.database.port}")

    def settings(self):
        """Of todo-be and its migration."""
        found = config_of(PRODUCTION, "tidings-settings")
        given = {k: self.here(v) for k, v in found.items() if k.startswith(("POSTGRES_", "PG"))}
        return given | {
            "POSTGRES_HOST": "localhost",
            "POSTGRES_PORT": str(self.database.port),
            "POSTGRES_PASSWORD": PASSWORD,
        }

    def migrate(self, **other):
        return subprocess.run(
            [BUILD / "bin/todo-be", "--migrate-only"],
            env=self.settings() | other,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def ask(self, user, sql, **other):
        env = {"PATH": f"{programs()}:/usr/bin:/bin", "PGHOST": "localhost", "PGPORT": str(self.database.port)}
        env |= {"PGUSER": user, "PGPASSWORD": PASSWORDS[KEYS[user]], "PGDATABASE": "tidings"} | other
        return subprocess.run(["psql", "-XAtqc", sql], env=env, capture_output=True, text=True, timeout=60)

    def test_todo_be_migrates_and_works_by_tls(self):
        done = self.migrate()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("readable on the way", done.stdout)
        program = Process(
            [BUILD / "bin/todo-be"],
            self.folder.path / "todo-be.log",
            self.settings() | {"PORT": "0", "METRICS_PORT": "0", "NATS_URL": "nats://127.0.0.1:9"},
        )
        self.addCleanup(program.stop)
        sessions = (
            "select count(*) filter (where ssl), count(*) from pg_stat_ssl join pg_stat_activity using (pid)"
            " where usename = 'tidings'"
        )
        secure = eventually("it is connected", lambda: (a := self.as_superuser(sessions).split("|"))[1] > "0" and a)
        self.assertEqual(secure[0], secure[1])

    def as_superuser(self, sql):
        env = {
            "PATH": f"{programs()}:/usr/bin:/bin",
            "PGHOST": str(self.roles.socket),
            "PGPORT": str(self.database.port),
        }
        env |= {"PGUSER": "postgres", "PGPASSWORD": PASSWORDS["SUPERUSER_PASSWORD"], "PGDATABASE": "tidings"}
        return subprocess.run(
            ["psql", "-XAtqc", sql], env=env, capture_output=True, text=True, check=True
        ).stdout.strip()

    def test_without_tls_nobody_gets_in(self):
        for user in ("tidings", "backup", "metrics", "postgres"):
            self.assertRegex(
                self.ask(user, "select 1", PGSSLMODE="disable").stderr, "no encryption|rejects connection", user
            )
        self.assertRegex(self.ask("postgres", "select 1", PGSSLMODE="require").stderr, "rejects connection")

    def test_an_impostor_gets_no_password(self):
        stranger = authority(self.folder.path / "authorities/stranger", "somebody else").certificate
        for other, said in (
            ({"PGSSLROOTCERT": str(stranger)}, "certificate verify failed"),
            ({"POSTGRES_HOST": "127.0.0.1"}, "does not match host name"),
        ):
            done = self.migrate(**other)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(said, done.stdout + done.stderr)

    def job(self, workload):
        """What a workload of the backups is given."""
        env = {k: self.here(v) for k, v in environment(workload).items()}
        self.assertEqual((env["PGHOST"], env["PGSSLMODE"]), ("postgres", "verify-full"))
        file = env["PGPASSWORD_FILE"].rpartition("/")[2]
        at = {"PGHOST": "localhost", "PGPORT": self.database.port, "PATH": f"{programs()}:/usr/bin:/bin"}
        at |= {"BACKUP_DIR": self.folder.make("backups"), "WORK_DIR": self.folder.make("work"), "WITHIN_SECONDS": 5}
        at["HOME"] = self.folder.path  # where libpq looks for a certificate of its own
        return env | at | {"PGPASSWORD_FILE": self.roles.secrets / file}

    def test_backups_come_by_tls(self):
        self.assertEqual(self.migrate().returncode, 0)
        added = self.ask("tidings", ADD % ("kept", "{}"))
        self.assertEqual(added.returncode, 0, added.stderr)
        scripts = self.folder.copy_of(COMPONENTS / "backup/scripts")
        given, log = self.job("wal-archive"), self.folder.path / "archive.log"
        archive = Process([scripts / "wal-archive"], log, given, as_postgres=True)
        self.addCleanup(archive.stop)
        eventually("the archive receives", lambda: list(given["BACKUP_DIR"].glob("wal/*.partial")), seconds=60)
        for job in ("backup-postgres", "backup-check"):
            script(scripts / job, self.job(job))
        sessions = "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'backup'"
        self.assertEqual(self.as_superuser(sessions), "t")

    def test_the_refresh_of_staging_comes_by_tls(self):
        url = self.here(environment("data-refresh")["SOURCE_URL"])
        asked = ["psql", "-XAtqc", "select ssl from pg_stat_ssl where pid = pg_backend_pid()", url]
        login = {"PATH": f"{programs()}:/usr/bin:/bin", "PGPASSWORD": PASSWORD}
        said = subprocess.run(asked, env=login, capture_output=True, text=True, check=True).stdout
        self.assertEqual(said.strip(), "t")

    def test_the_exporter_comes_by_tls(self):
        port = free_port()
        given = {k: self.here(v) for k, v in environment("postgres-exporter").items()}
        given |= {"DATA_SOURCE_PASS_FILE": self.roles.secrets / "METRICS_PASSWORD"}
        command = ["prometheus-postgres-exporter", f"--web.listen-address=127.0.0.1:{port}"]
        exporter = Process(command, self.folder.path / "exporter.log", given)
        self.addCleanup(exporter.stop)
        metrics = f"http://127.0.0.1:{port}/metrics"
        eventually("it is let in", lambda: re.search("(?m)^pg_up 1$", fetch(metrics)))

    def test_a_renewed_certificate_is_taken_without_a_restart(self):
        pod = container("postgres", PRODUCTION)[1]
        command = next(c for c in pod["containers"] if c["name"] == "reload")["command"]
        scripts = self.folder.copy_of(SCRIPTS)
        command = [c.replace("/opt/tidings", str(scripts)).replace(MOUNT, str(self.mounted)) for c in command]
        where = {"PGHOST": self.roles.socket, "PGPORT": self.database.port, "PATH": f"{programs()}:/usr/bin:/bin"}
        process = Process(
            command,
            self.folder.path / "reload.log",
            where | {"EVERY": "1", "SECRETS": self.roles.secrets},
            as_postgres=True,
        )
        self.addCleanup(process.stop)
        eventually("it waits", lambda: open(f"/proc/{process.pid}/task/{process.pid}/children").read().strip())
        before, started = serial(self.database.port, self.trusted), self.as_superuser(
            "select pg_postmaster_start_time()"
        )
        as_mounted_for_postgres(self.ca.issue("postgres-tls", self.spec))
        eventually("the new one", lambda: serial(self.database.port, self.trusted) != before)
        self.assertEqual(self.as_superuser("select pg_postmaster_start_time()"), started)


if __name__ == "__main__":
    unittest.main()
