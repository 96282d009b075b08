"""Each gate of tools/promote on its own."""

import contextlib
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

from outside import check_runs, prometheus, serving
from stack import BIN, ROOT

sys.path.insert(0, str(ROOT / "tools"))

from release import gates
from release.failure import Failure
from release.images import Overlay
from release.trial import must_be_readable, private_postgres, try_migration, without_password


class Alerts(unittest.TestCase):
    def gate(self, url):
        return gates.alerts_gate(url, ["staging", "project"])

    def test_a_prometheus_without_rules_fails_the_gate(self):
        with prometheus("") as blind, self.assertRaisesRegex(Failure, "no alerting rules"):
            self.gate(blind)

    def test_alertmanager_is_supported(self):
        def alert(name, state="active", **labels):
            return {"labels": {"alertname": name, **labels}, "status": {"state": state}}

        path = "/api/v2/alerts?active=true&silenced=false&inhibited=false"
        fine = [
            alert("A", namespace="other"),
            alert("B", "suppressed", namespace="project"),
            alert("W", severity="none"),
        ]
        with serving({path: fine}) as url:
            self.assertIn("none firing", self.gate(url))
        for bad in (alert("C", namespace="project"), alert("NodeDown", severity="critical")):
            with serving({path: fine + [bad]}) as url, self.assertRaisesRegex(Failure, bad["labels"]["alertname"]):
                self.gate(url)

    def test_other_responses_fail_the_gate(self):
        for answer in ({"status": "ok"}, [{"name": "x"}], {"data": {}}):
            documents = {"/api/v1/alerts": answer, "/api/v1/rules?type=alert": {"data": {"groups": [1]}}}
            with serving(documents) as url, self.assertRaises(Failure):
                self.gate(url)
        with self.assertRaisesRegex(Failure, "refused"):
            self.gate("http://127.0.0.1:1")


class Tests(unittest.TestCase):
    def test_only_a_passed_test_counts(self):
        for answer, good in (
            (check_runs(a="success", b="skipped"), True),
            (check_runs(a="success", b=None), False),
            (check_runs(), False),
            (check_runs(a="skipped"), False),
            (check_runs(a="success") | {"total_count": 2}, False),
            ({"message": "Not Found"}, False),
            ([], False),
        ):
            with serving({"/c0ffee": answer}) as url, contextlib.nullcontext() if good else self.assertRaises(Failure):
                gates.tests_gate(url + "/{commit}", "c0ffee")


COSIGN = """#!/bin/sh
echo "$*" >>"$0.calls"
case "$*" in *@sha256:bad) echo "no matching signatures" >&2; exit 10 ;; esac
"""


class Signatures(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.program = pathlib.Path(folder, "cosign")
        self.program.write_text(COSIGN)
        self.program.chmod(0o755)
        self.enterContext(mock.patch.dict(os.environ, {"PATH": f"{folder}:{os.environ['PATH']}"}))

    def test_each_image_must_be_signed_by_that_workflow(self):
        gates.signatures_gate(["r/a@sha256:1", "r/b@sha256:2"], "https://x/deliver.yaml@refs/heads/main")
        calls = self.program.with_suffix(".calls").read_text().splitlines()
        self.assertEqual([c.split()[-1] for c in calls], ["r/a@sha256:1", "r/b@sha256:2"])
        for call in calls:  # without both, any signature of anybody would do
            self.assertIn("--certificate-identity=https://x/deliver.yaml@refs/heads/main ", call)
            self.assertIn("--certificate-oidc-issuer=https://token.actions.githubusercontent.com ", call)

    def test_one_without_a_signature_fails_the_gate(self):
        with self.assertRaisesRegex(Failure, "cosign failed.*no matching signatures"):
            gates.signatures_gate(["r/a@sha256:1", "r/b@sha256:bad"], "https://x")

    def test_the_images_are_those_of_the_registry_by_digest(self):
        lines = "".join(f"  - {{name: tidings/{n}, newName: r.example/{n}, digest: 'sha256:{n}'}}\n" for n in "ab")
        overlay = Overlay(f"images:\n{lines}  - {{name: nats, newTag: '2'}}\n".replace("tidings/a", "tidings/todo-be"))
        self.assertEqual(overlay.references(), ["r.example/a@sha256:a"])


class Migration(unittest.TestCase):
    def test_it_runs_on_a_copy_and_leaves_the_database_unchanged(self):
        with private_postgres() as production:
            production.sql(
                "create table schema_migrations (name text primary key, checksum text, applied_at timestamptz)"
            )
            said = try_migration(production.url(), BIN / "todo-be")
            self.assertRegex(said, r"^0001_todos_events_outbox .*, \d+\.\d s on a copy$")
            self.assertEqual(production.sql("select count(*) from schema_migrations"), "0")

    def test_data_that_breaks_a_migration_is_found_on_the_copy(self):
        with private_postgres() as production:
            production.sql("create table todos (id text)")  # conflicts with the first migration
            with self.assertRaisesRegex(Failure, "todo-be failed.*already exists"):
                try_migration(production.url(), BIN / "todo-be")

    def test_a_server_newer_than_pg_dump_is_said_with_what_to_install(self):
        debian = "pg_dump (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"
        must_be_readable(debian, "150013")
        must_be_readable("pg_dump (PostgreSQL) 17.5\n", "150013")
        with self.assertRaisesRegex(Failure, "PostgreSQL 17, pg_dump here is of 15.*install postgresql-17"):
            must_be_readable(debian, "170012\n")

    def test_a_password_is_never_an_argument(self):
        url, environment = without_password("postgresql://u:p%40ss@db.example:5432/x?sslmode=require")
        self.assertEqual((url, environment["PGPASSWORD"]), ("postgresql://u@db.example:5432/x?sslmode=require", "p@ss"))
        with self.assertRaises(Failure):
            without_password("host=x password=y")


if __name__ == "__main__":
    unittest.main()
