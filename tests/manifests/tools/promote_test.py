"""tools/promote with the real programs behind its gates: a stack, a database with data, Prometheus. GitHub is a stand-in."""

import contextlib
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from release_repository import Repository, digest
from stack import BIN, ROOT, TOKEN, Stack, answers, free_port

sys.path.insert(0, str(ROOT / "tools"))

from release import gates  # noqa: E402
from release.failure import Failure  # noqa: E402
from release.scratch_postgres import ScratchPostgres  # noqa: E402
from release.trial import try_migration, without_password  # noqa: E402

RULES = """
groups:
  - name: tidings
    rules:
      - {alert: %s, expr: vector(1), labels: {severity: %s, namespace: %s}}
"""


@contextlib.contextmanager
def prometheus(rules):
    """The real one, with these rules, which it has evaluated."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "rules.yml").write_text(rules, encoding="utf-8")
        config = {"global": {"evaluation_interval": "1s"}, "rule_files": ["rules.yml"] if rules else []}
        pathlib.Path(folder, "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
        url = f"http://127.0.0.1:{free_port()}"
        server = subprocess.Popen(["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                                   f"--web.listen-address={url[7:]}"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: answers(url + "/-/ready"))
            if rules:
                wait_for(lambda: '"lastEvaluation":"0001' not in fetch(url + "/api/v1/rules") and fetch(url + "/api/v1/alerts").count("alertname"))
            yield url
        finally:
            server.terminate()
            server.wait(20)


def fetch(url):
    return gates.web.request("GET", url, timeout=5).text


def wait_for(condition):
    until = time.monotonic() + 30
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError("not in time")
        time.sleep(0.05)


@contextlib.contextmanager
def serving(answers_by_path):
    """What a web API says: {path: object}."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            known = answers_by_path.get(self.path)
            body = json.dumps(known).encode()
            self.send_response(404 if known is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def check_runs(**conclusions):
    runs = [{"name": n, "status": "completed" if c else "in_progress", "conclusion": c} for n, c in conclusions.items()]
    return {"total_count": len(runs), "check_runs": runs}


class Promotion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(Stack())
        cls.quiet = cls.enterClassContext(prometheus(RULES % ("Watchdog", "none", "project")))

    def setUp(self):
        self.repository = Repository(self.enterContext(tempfile.TemporaryDirectory()))
        self.source = self.repository.git("rev-parse", "HEAD")
        self.before = self.repository.deploy("staging", self.source, 100)

    def promote(self, *more, **options):
        given = {"smoke": self.stack.page, "metrics": self.stack.metrics, "alerts": self.quiet, "tests": "run",
                 "todo-be": BIN / "todo-be"} | {k.replace("_", "-"): v for k, v in options.items()}
        return self.repository.run("promote", "staging", "production", *(f"--{k}={v}" for k, v in given.items()), *more,
                                   API_TOKEN=TOKEN, DATABASE_URL=self.stack.database.url())

    def assert_nothing_changed(self, done, gate, why):
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, rf"(?m)^{gate} +FAILED .*{why}")
        self.assertIn("nothing is changed", done.stderr)
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.before)
        self.assertEqual(self.repository.git("status", "--porcelain"), "")

    def test_when_all_gates_pass_the_digests_are_committed_once(self):
        dry = self.promote("--dry-run")
        self.assertEqual(dry.returncode, 0, dry.stdout + dry.stderr)
        self.assertEqual(self.repository.git("rev-parse", "HEAD"), self.before)
        done = self.promote()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for gate in ("images", "overlay", "smoke", "alerts", "migration", "tests"):
            self.assertRegex(done.stdout, rf"(?m)^{gate} +ok ")
        self.assertRegex(done.stdout, r"migration .* nothing to migrate")
        self.assertIn("100% tests passed, 0 tests failed out of 3", done.stdout)
        text = self.repository.read("production")
        self.assertIn(f'{{name: tidings/broadcaster, newTag: "{self.source}", digest: "{digest(100)}"}}', text)
        self.assertNotIn("registry.staging", text)  # the registry is each environment's own
        self.assertIn('- {name: nats, newTag: "2.10.29-alpine"}\n# What follows stays.\nresources: []\n', text)
        self.assertIn(f"+  - {{name: tidings/todo-fe, newTag: \"{self.source}\"", done.stdout)
        self.assertIn(f"Promoted-commit: {self.source}", self.repository.git("log", "-1", "--format=%B"))
        self.assertEqual(self.repository.git("show", "--name-only", "--format=", "HEAD"), Repository.path("production"))
        self.assertEqual(self.repository.git("worktree", "list").count("\n"), 0)
        if shutil.which("kustomize"):
            subprocess.run(["kustomize", "build", (self.repository.root / Repository.path("production")).parent], check=True, capture_output=True)

        self.assertIn("production has these images already", self.promote().stdout)
        self.assertEqual(self.repository.git("log", "-1", "--format=%s"), f"Promote staging to production: {self.source[:12]}")

    def test_each_failing_gate_changes_nothing(self):
        with prometheus(RULES % ("BroadcasterDown", "critical", "staging")) as loud:
            self.assert_nothing_changed(self.promote(alerts=loud), "alerts", r"firing:\n +BroadcasterDown staging critical")
        with serving({f"/{self.source}": check_runs(build="success", test="failure")}) as github:
            self.assert_nothing_changed(self.promote(tests=github + "/{commit}"), "tests", r"not all passed\n +test: failure")
        self.assert_nothing_changed(self.promote(todo_be="/bin/false"), "migration", "/bin/false failed")
        self.assert_nothing_changed(self.promote(todo_be="/no/such"), "migration", "/no/such is not there")
        self.assert_nothing_changed(self.promote(database="postgresql://x@127.0.0.1:1/x"), "migration", "pg_dump failed.*refused")
        self.assert_nothing_changed(self.promote(smoke="http://127.0.0.1:1"), "smoke", r"(?s).*page +FAILED .*refused")

    def test_a_failing_suite_changes_nothing_and_says_what_failed(self):
        self.repository.write("dev", "#!/bin/sh\necho 'The following tests FAILED: 12 - a 410 disables the endpoint'\nexit 8\n")
        self.source = self.repository.commit("a broken commit")
        self.before = self.repository.deploy("staging", self.source, 500)
        self.assert_nothing_changed(self.promote(), "tests", "a 410 disables the endpoint")

    def test_images_without_a_digest_or_of_several_commits_are_not_promoted(self):
        text = self.repository.read("staging")
        for old, new, why in ((f', digest: "{digest(101)}"', "", "no digest: tidings/todo-be"), (self.source, "0.9.0", "no commit of this"),
                              (f'newTag: "{self.source}", digest: "{digest(102)}"', f'newTag: "abc1234", digest: "{digest(102)}"', "several commits")):
            self.repository.write(Repository.path("staging"), text.replace(old, new))
            self.before = self.repository.commit("a strange staging")
            done = self.promote()
            self.assert_nothing_changed(done, "images", why)
            self.assertRegex(done.stdout, r"tests +not run")

    def test_an_overlay_with_uncommitted_changes_stays_as_it_is(self):
        changed = self.repository.read("production") + "# mine\n"
        self.repository.write(Repository.path("production"), changed)
        done = self.promote()
        self.assertRegex(done.stdout, r"overlay +FAILED .*uncommitted changes")
        self.assertEqual(self.repository.read("production"), changed)

    def test_a_commit_that_git_refuses_leaves_the_file_as_it_was(self):
        hook = self.repository.root / ".git/hooks/pre-commit"
        hook.write_text("#!/bin/sh\necho no >&2; exit 1\n", encoding="utf-8")
        hook.chmod(0o755)
        done = self.promote()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.repository.git("status", "--porcelain"), "")


class Alerts(unittest.TestCase):
    def gate(self, url):
        return gates.alerts_gate(url, ["staging", "project"])

    def test_a_prometheus_without_rules_is_not_quiet_but_blind(self):
        with prometheus("") as blind, self.assertRaisesRegex(Failure, "no alerting rules"):
            self.gate(blind)

    def test_alertmanager_is_understood(self):
        def alert(name, state="active", **labels):
            return {"labels": {"alertname": name, **labels}, "status": {"state": state}}
        path = "/api/v2/alerts?active=true&silenced=false&inhibited=false"
        fine = [alert("A", namespace="other"), alert("B", "suppressed", namespace="project"), alert("W", severity="none")]
        with serving({path: fine}) as url:
            self.assertIn("none firing", self.gate(url))
        for bad in (alert("C", namespace="project"), alert("NodeDown", severity="critical")):
            with serving({path: fine + [bad]}) as url, self.assertRaisesRegex(Failure, bad["labels"]["alertname"]):
                self.gate(url)

    def test_something_else_is_not_taken_for_quiet(self):
        for answer in ({"status": "ok"}, [{"name": "x"}], {"data": {}}):
            with serving({"/api/v1/alerts": answer, "/api/v1/rules?type=alert": {"data": {"groups": [1]}}}) as url, \
                    self.assertRaises(Failure):
                self.gate(url)
        with self.assertRaisesRegex(Failure, "refused"):
            self.gate("http://127.0.0.1:1")


class Tests(unittest.TestCase):
    def test_only_a_passed_test_counts(self):
        for answer, good in ((check_runs(a="success", b="skipped"), True), (check_runs(a="success", b=None), False), (check_runs(), False),
                             (check_runs(a="skipped"), False), (check_runs(a="success") | {"total_count": 2}, False),
                             ({"message": "Not Found"}, False), ([], False)):
            with serving({"/c0ffee": answer}) as url, contextlib.nullcontext() if good else self.assertRaises(Failure):
                gates.tests_gate(url + "/{commit}", "c0ffee")


class Migration(unittest.TestCase):
    def test_it_runs_on_a_copy_and_leaves_the_database_alone(self):
        with ScratchPostgres() as production:
            production.sql("tidings", "create table schema_migrations (name text primary key, checksum text, applied_at timestamptz)")
            said = try_migration(production.url(), BIN / "todo-be")
            self.assertRegex(said, r"^0001_todos_events_outbox .*, \d+\.\d s on a copy$")
            self.assertEqual(production.sql("tidings", "select count(*) from schema_migrations").strip(), "0")

    def test_data_that_a_migration_cannot_take_is_found_on_the_copy(self):
        with ScratchPostgres() as production:
            production.sql("tidings", "create table todos (id text)")  # in the way of the first migration
            with self.assertRaisesRegex(Failure, "todo-be failed.*already exists"):
                try_migration(production.url(), BIN / "todo-be")

    def test_a_password_is_no_argument_of_a_program(self):
        url, environment = without_password("postgresql://u:p%40ss@db.example:5432/x?sslmode=require")
        self.assertEqual((url, environment["PGPASSWORD"]), ("postgresql://u@db.example:5432/x?sslmode=require", "p@ss"))
        with self.assertRaises(Failure):
            without_password("host=x password=y")


if __name__ == "__main__":
    unittest.main()
