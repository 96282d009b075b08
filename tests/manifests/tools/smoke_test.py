"""tools/smoke with the real programs."""

import base64
import datetime
import json
import os
import re
import signal
import subprocess
import threading
import time
import unittest
import urllib.request

from outside import serving
from stack import COMMIT, ROOT, TOKEN, Stack

SMOKE = ROOT / "tools" / "smoke"


def smoke(*arguments, token=TOKEN, **environment):
    plain = {"PATH": os.environ["PATH"]} | ({"API_TOKEN": token} if token else {}) | environment
    return subprocess.run(
        [SMOKE, "--deadline", "20", *arguments], capture_output=True, text=True, env=plain, timeout=60
    )


def todos(stack):
    with urllib.request.urlopen(stack.page + "api/todos?limit=100", timeout=5) as response:
        return json.load(response)["items"]


def call(method, url, body=None):
    request = urllib.request.Request(
        url, json.dumps(body).encode() if body else None, method=method, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        return response.read()


def tell_receiver(stack, **instruction):
    call("POST", stack.receiver + "/behaviour", instruction)


class BehindALogin(unittest.TestCase):
    """As production is."""

    def test_a_token_is_enough_and_a_login_opens_the_page(self):
        login = "ann:of ann"
        with Stack(login=login) as stack:
            for given, page in (({}, "asks for a login"), ({"PAGE_LOGIN": login}, "200 from")):
                done = smoke(stack.page, **given)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertRegex(done.stdout, rf"(?m)^page +ok .*{page}")
            done = smoke(stack.page, PAGE_LOGIN="ann:guessed")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, r"(?m)^page +(?!ok ).*401")
            done = smoke(stack.page, token="guessed", BROADCASTER_API_TOKEN=TOKEN)
            self.assertRegex(done.stdout, r"(?m)^create +(?!ok ).*401")

    def test_with_users_a_personal_token_is_enough_and_the_page_shows_the_first_users_to_dos(self):
        with Stack(login="ann:of ann") as stack:

            def ask(path, authorization, body=None):
                about = {"Authorization": authorization, "Content-Type": "application/json"}
                data = json.dumps(body).encode() if body else None
                with urllib.request.urlopen(
                    urllib.request.Request(stack.page + path, data, about), timeout=5
                ) as answer:
                    return json.load(answer)

            of_page = f"Basic {base64.b64encode(b'ann:of ann').decode()}"
            tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
            terms = {"scopes": ["todos:read", "todos:write"], "expires_at": tomorrow.strftime("%Y-%m-%dT%H:%M:%SZ")}
            made = ask("api/tokens", f"Bearer {TOKEN}", {"name": "todo-cron"} | terms)
            done = smoke(stack.page, token=made["token"], BROADCASTER_API_TOKEN=TOKEN)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            ask("api/todos", f"Bearer {made['token']}", {"title": "Read the article of the hour"})
            shown = ask("api/todos", of_page)["items"]
            self.assertEqual([t["title"] for t in shown], ["Read the article of the hour"])
            self.assertIn("last_used_at", ask("api/tokens", f"Bearer {TOKEN}")["items"][0])


class AgainstALiveStack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(Stack())

    def line(self, done, name):
        return next(
            (line for line in done.stdout.splitlines() if line.startswith(name + " ")), "(no such line)\n" + done.stdout
        )

    def test_everything_passes_and_is_cleaned_up(self):
        done = smoke(self.stack.page, "--metrics", self.stack.metrics, "--receiver", self.stack.receiver)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for name in ("page", "backend", "broadcaster", "create", "webhook", "receiver", "delete", "metrics"):
            self.assertRegex(self.line(done, name), rf"^{name} +ok ")
        self.assertIn("3 exporters", self.line(done, "metrics"))
        self.assertEqual(todos(self.stack), [])

    def test_the_event_belongs_to_the_todo(self):
        for _ in range(3):  # each must differ; the receiver's check has seen the id arrive
            done = smoke(self.stack.page + "api", "--receiver", self.stack.receiver)
            todo = re.search(r"to-do (\S+)", done.stdout)[1]
            event = re.search(r"event (\S+) to", done.stdout)[1]
            payload = self.stack.database.sql(f"select todo_id, type from events where id = '{event}'")
            self.assertEqual(payload, f"{todo}|io.tidings.todo.created.v1")

    def test_the_event_is_found_among_many(self):
        stop = threading.Event()
        made = []

        def work():
            while not stop.is_set():
                made.append(
                    json.loads(call("POST", self.stack.page + "api/todos", {"title": "of somebody else"}))["id"]
                )
                call("DELETE", f"{self.stack.page}api/todos/{made[-1]}")

        others = [threading.Thread(target=work) for _ in range(4)]
        for thread in others:
            thread.start()
        try:
            self.test_the_event_belongs_to_the_todo()
        finally:
            stop.set()
            for thread in others:
                thread.join()
        self.assertGreater(len(made), 50)

    def test_it_waits_for_the_commit_that_was_deployed(self):
        done = smoke(self.stack.page, "--commit", COMMIT)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(self.line(done, "commit"), r"^commit +ok .*backend and broadcaster are of c0ffeec0ffee")
        done = smoke(self.stack.page, "--commit", "d" * 40, "--deadline", "2")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(self.line(done, "commit"), f"FAILED .*backend answers as {COMMIT}, not yet as {'d' * 40}")

    def test_a_wrong_token_is_reported_immediately(self):
        begin = time.monotonic()
        done = smoke(self.stack.page, token="wrong", BROADCASTER_API_TOKEN="wrong")
        self.assertEqual(done.returncode, 1)
        self.assertIn("answered 401: the bearer token is not the one", self.line(done, "broadcaster"))
        self.assertRegex(self.line(done, "webhook"), r"not run +0.00 s +needs: broadcaster")
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(todos(self.stack), [])

    def test_a_token_may_come_from_a_file(self):
        path = str(self.stack.home / "token")
        with open(path, "w", encoding="ascii") as file:
            file.write(TOKEN + "\n")
        self.assertEqual(smoke(self.stack.page, token="", API_TOKEN_FILE=path).returncode, 0)
        self.assertIn("No such file", smoke(self.stack.page, token="", API_TOKEN_FILE="/no/such").stderr)

    def test_an_unknown_endpoint_is_reported(self):
        done = smoke(self.stack.page, "--endpoint", "billing", "--deadline", "1")
        self.assertIn("has no endpoint 'billing', only: ", self.line(done, "broadcaster"))

    def test_invalid_metrics_fail(self):
        done = smoke(self.stack.page, "--metrics", self.stack.page, "--deadline", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not in Prometheus' format", self.line(done, "metrics"))
        self.assertEqual(done.stdout.splitlines()[-1], "smoke: FAILED: metrics")

    def test_an_unreachable_host_is_reported_within_the_deadline(self):
        begin = time.monotonic()
        done = smoke("http://127.0.0.1:1", "--deadline", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Connection refused", self.line(done, "page"))
        self.assertLess(time.monotonic() - begin, 8)

    def test_another_service_is_not_mistaken_for_tidings(self):
        with serving({"/": {}, "/be-health": {}, "/api/webhooks/endpoints": {"items": [{}]}}) as url:
            done = smoke(url, "--deadline", "1")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("something else than expected", self.line(done, "broadcaster"))
        self.assertRegex(self.line(done, "clean-up"), "FAILED .* may be left behind; delete it: ")

    def test_an_invalid_url_is_rejected(self):
        self.assertIn("begins with http", smoke("staging.example").stderr)


class WhenSomethingIsBroken(unittest.TestCase):
    def setUp(self):
        self.stack = self.enterContext(Stack())

    line = AgainstALiveStack.line

    def test_a_broadcaster_of_another_commit_is_waited_for(self):
        old = "b" * 40
        self.stack.stop("broadcaster")
        self.stack.start("broadcaster", TIDINGS_COMMIT=old)
        done = smoke(self.stack.page, "--commit", COMMIT, "--deadline", "2")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(self.line(done, "commit"), f"FAILED .*broadcaster answers as {old}, not yet as {COMMIT}")

    def test_it_fails_with_a_clear_message_and_leaves_no_todo(self):
        with self.subTest("a receiver that refuses"):
            tell_receiver(self.stack, path="/hook", mode="fail")
            done = smoke(self.stack.page, "--deadline", "2")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stdout, r"webhook +FAILED .* is not delivered\n +\S+: \S+ \(status 500\)")
            self.assertRegex(self.line(done, "delete"), "ok")
            self.assertEqual(todos(self.stack), [])
        with self.subTest("interrupted while it waits"):
            running = subprocess.Popen(
                [SMOKE, self.stack.page],
                env={"PATH": os.environ["PATH"], "API_TOKEN": TOKEN},
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            while not running.stdout.readline().startswith("create"):
                pass
            self.assertEqual(len(todos(self.stack)), 1)
            running.send_signal(signal.SIGTERM)
            said = running.communicate(timeout=15)[0]
            self.assertEqual(running.returncode, 130)
            self.assertRegex(said, r"clean-up +ok .*no to-do is left behind")
            self.assertEqual(todos(self.stack), [])
        with self.subTest("a stopped broadcaster"):
            self.stack.stop("broadcaster")
            done = smoke(self.stack.page, "--metrics", self.stack.metrics, "--deadline", "1")
            self.assertEqual(done.returncode, 1)
            self.assertRegex(
                self.line(done, "broadcaster"), r"FAILED .*/api/webhooks/endpoints answered 503: The service is not"
            )
            self.assertRegex(self.line(done, "metrics"), r"FAILED .*Connection refused")
            self.assertEqual(done.stdout.splitlines()[-1], "smoke: FAILED: broadcaster, webhook, metrics")
            self.assertEqual(todos(self.stack), [])
        with self.subTest("a stopped backend"):
            self.stack.stop("todo-be")
            done = smoke(self.stack.page, "--deadline", "1")
            self.assertEqual(
                done.stdout.splitlines()[-1], "smoke: FAILED: backend, broadcaster, create, webhook, delete"
            )


if __name__ == "__main__":
    unittest.main()
