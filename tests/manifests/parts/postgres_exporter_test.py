"""Component postgres-exporter: Debian's exporter as the component starts it, at a server with the deployed roles."""

import json
import re
import subprocess
import unittest

import yaml

from promql import metrics_in
from rendered import COMPONENTS, build, of_kind
from roles import PASSWORDS, roles
from servers import eventually, fetch, folder, postgres

from private_servers.ports import free_port
from private_servers.process import Process

EXPORTER = "prometheus-postgres-exporter"
SETTINGS = {"POSTGRES_DB": "tidings", "POSTGRES_HOST": "127.0.0.1"}
SINCE = dict.fromkeys(("pg_wal_size_bytes", "pg_stat_user_tables_n_dead_tup"), (0, 13))  # later than Debian 12's


def version():
    said = subprocess.run([EXPORTER, "--version"], capture_output=True, text=True)
    return tuple(map(int, re.search(r"version (\d+)\.(\d+)", said.stdout + said.stderr).groups()))


def deployed():
    """(arguments, environment) of the component's container; variables of others put in."""
    pod = of_kind(build("postgres-exporter"), "Deployment")["postgres-exporter"]["spec"]["template"]["spec"]
    environment = {}
    for e in pod["containers"][0]["env"]:
        value = e.get("value") or SETTINGS[e["valueFrom"]["configMapKeyRef"]["key"]]
        environment[e["name"]] = re.sub(r"\$\((\w+)\)", lambda m: environment[m[1]], value)
    return pod["containers"][0]["args"], environment


class the_exporter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.roles = roles(cls.folder)
        options = [*cls.roles.options, "-c", "max_slot_wal_keep_size=1GB", "-c", "wal_level=replica"]
        cls.database = postgres(cls.folder, options=options)
        cls.addClassCleanup(cls.database.crash)
        cls.roles.make(cls.database)
        login = f"postgresql://postgres:{PASSWORDS['SUPERUSER_PASSWORD']}@127.0.0.1:{cls.database.port}/tidings"
        make = "select pg_create_physical_replication_slot('wal_archive', true)"
        subprocess.run(["psql", "-XqAt", login, "-c", make], check=True, stdout=subprocess.DEVNULL)

    def start(self, **other):
        arguments, environment = deployed()
        port = free_port()
        moved = {
            ":5432/": f":{self.database.port}/",
            "/run/secrets/database": str(self.roles.secrets),
            "=:7777": f"=127.0.0.1:{port}",
        }
        for old, new in moved.items():
            arguments = [a.replace(old, new) for a in arguments]
            environment = {k: v.replace(old, new) for k, v in environment.items()}
        program = Process([EXPORTER, *arguments], self.folder.path / "exporter.log", environment | other)
        self.addCleanup(program.stop)
        url = f"http://127.0.0.1:{port}"
        eventually("it listens", lambda: fetch(url + "/"))
        return url + "/metrics"

    def test_tells_what_the_rules_ask_for(self):
        url = self.start()
        text = eventually("PostgreSQL lets it in", lambda: (t := fetch(url)) and re.search("(?m)^pg_up 1$", t) and t)
        rules = yaml.safe_load((COMPONENTS / "postgres-exporter/rules/postgres.yaml").read_text())["spec"]["groups"]
        board = json.loads((COMPONENTS / "postgres-exporter/tidings-postgres.json").read_text())
        asked = [r["expr"] for g in rules for r in g["rules"]]
        asked += [t["expr"].replace("$__rate_interval", "5m") for panel in board["panels"] for t in panel["targets"]]
        names = {n for expression in asked for n in metrics_in(expression)}
        self.assertGreater(len(names), 15)
        known = {n for n in names if version() >= SINCE.get(n, (0, 0))}
        self.assertEqual(set(), {n for n in known if not re.search(rf"(?m)^{n}\b", text)})
        for name, label in (
            ("pg_replication_slots_pg_wal_lsn_diff", 'slot_name="wal_archive"'),
            ("pg_stat_database_deadlocks", 'datname="tidings"'),
        ):
            self.assertRegex(text, rf"(?m)^{name}{{.*{label}.*}} ")
        self.assertRegex(text, r"(?m)^pg_settings_max_slot_wal_keep_size_bytes{.*} 1.073741824e\+09$")
        # Statistics of others' sessions, which take pg_monitor.
        self.assertNotIn("permission denied", (self.folder.path / "exporter.log").read_text())

    def test_with_a_wrong_password_says_that_it_is_not_let_in(self):
        wrong = self.folder.path / "wrong"
        wrong.write_text("wrong")
        url = self.start(DATA_SOURCE_PASS_FILE=str(wrong))
        self.assertRegex(eventually("an answer", lambda: fetch(url)), r"(?m)^pg_up 0$")


if __name__ == "__main__":
    unittest.main()
