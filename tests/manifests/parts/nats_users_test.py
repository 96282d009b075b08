"""Each program does all of its work as its own user of the deployed NATS, and nothing else."""

import base64
import json
import os
import re
import shutil
import unittest

from deployed_nats import container, deployed, routes
from nats_client import client
from rendered import COMPONENTS, HERE
from servers import BUILD, eventually, fetch, folder, postgres, script

from private_servers.nats import answers
from private_servers.ports import free_port
from private_servers.process import Process

SECRET = "whsec_" + base64.b64encode(b"of this test, 32 bytes are enough").decode()
REFUSED = "(?i)permissions violation"


def post(url, body=None, method="POST"):
    data = json.dumps(body).encode() if body is not None else b""
    return fetch(url, method=method, data=data, headers={"Content-Type": "application/json"})


class Work(unittest.TestCase):
    """Of the real programs, at one server, as staging has it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.nats = deployed(cls.folder.path / "nats", "staging")
        cls.addClassCleanup(cls.nats.stop)
        database = postgres(cls.folder)
        cls.addClassCleanup(database.crash)
        database.recreate()
        cls.url = {}
        cls.run_program("receiver", "/stats", RECEIVER_SECRET=SECRET)
        cls.run_program("todo-be", "/readyz", DATABASE_URL=database.url(), **cls.nats.login("todo-be"))
        key = base64.b64encode(b"32 bytes that seal the secrets..").decode()
        more = {"ALLOW_PRIVATE_ADDRESSES": "true", "ENDPOINTS_KEY": key, **cls.nats.login("broadcaster")}
        cls.run_program("broadcaster", "/readyz", **more)

    @classmethod
    def run_program(cls, name, ready, **environment):
        port = free_port()
        cls.url[name] = f"http://127.0.0.1:{port}"
        given = {"PORT": str(port), "METRICS_PORT": "0", "NATS_URL": cls.nats.url} | environment
        process = Process([BUILD / "bin" / name], cls.folder.path / f"{name}.log", given)
        cls.addClassCleanup(process.stop)
        process.wait_until(lambda: answers(cls.url[name] + ready), "becoming ready")

    def webhooks(self, path):
        return json.loads(fetch(f"{self.url['broadcaster']}/api/webhooks/{path}"))

    def test_every_program_does_its_work_and_is_never_refused(self):
        api = f"{self.url['broadcaster']}/api/webhooks"
        receiver = self.url["receiver"]
        post(f"{receiver}/behaviour", {"path": "/bad", "mode": "fail"})
        for name, more in (("good", {}), ("bad", {"retry_schedule": ["100ms"], "ordering": "per-key"})):
            about = {"name": name, "url": f"{receiver}/{name}", "secrets": [SECRET]}
            eventually("the API takes endpoints", lambda: post(f"{api}/endpoints", about | more))
        todo = json.loads(post(f"{self.url['todo-be']}/api/todos", {"title": "as its own user"}))
        outcomes = lambda: {(a["endpoint"], a["outcome"]) for a in self.webhooks("attempts")["items"]}  # noqa: E731
        eventually("one is delivered", lambda: ("good", "success") in outcomes())
        letter = eventually("the other is given up", lambda: self.webhooks("dead-letters")["items"])[0]
        self.assertEqual(letter["endpoint"], "bad")
        post(f"{receiver}/behaviour", {"path": "/bad", "mode": "ok"})
        post(f"{api}/endpoints/bad:resume")
        post(f"{api}/dead-letters/{letter['sequence']}/replay")
        eventually("it is delivered after all", lambda: ("bad", "success") in outcomes())
        fetch(f"{self.url['todo-be']}/api/todos/{todo['id']}", method="DELETE")
        post(f"{api}/endpoints/good:test")
        for name in ("good", "bad"):
            fetch(f"{api}/endpoints/{name}", method="DELETE")
        eventually("the endpoints are gone", lambda: not self.webhooks("endpoints")["items"])
        self.back_up()
        self.assertEqual([line for line in self.nats.log().splitlines() if "iolation" in line], [])

    def back_up(self):
        tool = self.folder.copy_of(HERE / "bin")
        shutil.copy(HERE / "nats_client.py", tool)
        where = {"PATH": f"{tool}:{os.environ['PATH']}", "NATS_CLIENT": tool, "NATS_URL": self.nats.url}
        where |= {"BACKUP_DIR": self.folder.make("backups")} | {k: v for k, v in os.environ.items() if "PYENV" in k}
        where |= self.login_of_backup()
        scripts = self.folder.copy_of(COMPONENTS / "backup/scripts")
        self.assertIn("6 streams", script(scripts / "backup-jetstream", where).stdout)

    def login_of_backup(self):
        """In production alone."""
        c, _ = container("backup-jetstream", "production")
        env = {e["name"]: e for e in c["env"]}
        key = env["NATS_PASSWORD"]["valueFrom"]["secretKeyRef"]["key"]
        return {"NATS_USER": env["NATS_USER"]["value"], "NATS_PASSWORD": self.nats.password(key)}


class Rights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.nats = deployed(cls.folder.path / "nats", "staging")
        cls.addClassCleanup(cls.nats.stop)
        js = client(cls.nats.url, "operator", cls.nats.password("OPERATOR"))
        for name, subject in (("TODOS", "todos.events.>"), ("WEBHOOK_RETRIES", "webhooks.retries.>")):
            js.api(f"STREAM.CREATE.{name}", {"name": name, "subjects": [subject], "storage": "file"})
        js.close()

    def as_user(self, name, password=""):
        c = client(self.nats.url, name, password or self.nats.password(name.upper().replace("-", "_")))
        self.addCleanup(c.close)
        return c

    def test_nobody_without_a_login_or_with_the_password_of_another(self):
        for name, password in (("", "-"), ("todo-be", self.nats.password("BROADCASTER")), ("nobody", "x")):
            # The server says so by itself, and closes: what is sent after that may find a closed connection.
            with self.subTest(name), self.assertRaisesRegex(AssertionError, "Authorization Violation"):
                self.as_user(name, password).next()

    def test_what_a_user_must_not_do_is_refused(self):
        consumer = b'{"stream_name":"TODOS","config":{"ack_policy":"none"}}'
        for user, subject in (
            ("broadcaster", "todos.events.created"),  # a webhook that nothing caused, signed
            ("broadcaster", "$JS.API.STREAM.DELETE.TODOS"),
            ("broadcaster", "$JS.API.STREAM.PURGE.TODOS"),
            ("broadcaster", "$JS.API.STREAM.UPDATE.TODOS"),
            ("broadcaster", "$JS.API.STREAM.MSG.DELETE.TODOS"),
            ("broadcaster", "$JS.API.STREAM.DELETE.WEBHOOK_RETRIES"),
            ("broadcaster", "$JS.API.STREAM.CREATE.MINE"),
            ("broadcaster", "_INBOX.todo-be.x"),
            ("todo-be", "webhooks.retries.x"),
            ("todo-be", "$KV.WEBHOOK_ENDPOINTS.mine"),  # where webhooks go
            ("todo-be", "$JS.API.CONSUMER.CREATE.TODOS"),
            ("todo-be", "$JS.API.STREAM.MSG.GET.WEBHOOK_RETRIES"),
            ("todo-be", "$JS.API.STREAM.DELETE.TODOS"),
            ("todo-be", "$JS.API.STREAM.SNAPSHOT.KV_WEBHOOK_ENDPOINTS"),
            ("backup", "todos.events.created"),
            ("backup", "$JS.API.STREAM.DELETE.TODOS"),
            ("backup", "$JS.API.STREAM.PURGE.TODOS"),
        ):
            with self.subTest(user=user, subject=subject), self.assertRaisesRegex(AssertionError, REFUSED):
                self.as_user(user).request(subject, consumer)
        js = self.as_user("operator")
        self.assertEqual(js.api("STREAM.INFO.TODOS")["state"]["messages"], 0)

    def test_no_program_reads_what_is_for_another(self):
        for user, subject in (
            ("todo-be", "_INBOX.>"),
            ("todo-be", "_INBOX.broadcaster.>"),
            ("todo-be", "todos.events.>"),
            ("todo-be", "$KV.>"),
            ("broadcaster", "_INBOX.todo-be.>"),
            ("broadcaster", ">"),
        ):
            with self.subTest(user=user, subject=subject), self.assertRaisesRegex(AssertionError, REFUSED):
                c = self.as_user(user)
                c.subscribe(subject)
                c.api("INFO")


class Passwords(unittest.TestCase):
    def test_one_that_begins_like_a_number_is_misread_so_the_readmes_make_none(self):
        where = folder()
        self.addCleanup(where.remove)
        server = deployed(where.path / "nats", "staging")
        self.addCleanup(server.stop)
        with self.assertRaisesRegex(RuntimeError, "not string"):
            server.start(0, NATS_PASSWORD_TODO_BE="12345678").wait_until(lambda: False, "starting", limit=30)
        for ways in ("sealed-secrets", "sops-secrets"):
            text = (COMPONENTS / ways / "README.md").read_text(encoding="utf-8")
            made = re.findall(r"(\S+)\$\(openssl rand -hex 24\)", text.split("nats-credentials", 1)[1])
            self.assertRegex(made[0], r"[\"=][a-z]$", ways)


class Servers(unittest.TestCase):
    """Three, as production has them."""

    def test_they_form_a_cluster_and_a_stranger_is_not_let_in(self):
        where = folder()
        self.addCleanup(where.remove)
        nats = deployed(where.path / "nats", "production")
        self.addCleanup(nats.stop)
        for _, monitor, _ in nats.ports:
            routes(monitor, 2)
        js = client(nats.url, **{k.lower().removeprefix("nats_"): v for k, v in nats.login("todo-be").items()})
        self.addCleanup(js.close)
        stream = {"name": "TODOS", "subjects": ["todos.events.>"], "num_replicas": 3, "storage": "file"}
        eventually("a leader takes a stream of three", lambda: self.takes(js, stream))
        self.assertIn("seq", json.loads(js.request("todos.events.created", b"{}")))
        nats.ports.append((free_port(), free_port(), free_port()))
        guessed = {n: v.replace(nats.password("ROUTES"), "guessed") for n, v in nats.environment(3).items()}
        stranger = nats.start(3, **guessed)
        stranger.wait_until(lambda: "Authorization Violation" in stranger.log.read_text(), "being refused")
        routes(nats.ports[0][1], 2)

    @staticmethod
    def takes(js, stream):
        try:
            return js.api("STREAM.CREATE.TODOS", stream)
        except AssertionError as not_yet:
            if "iolation" in str(not_yet):
                raise
            return None


if __name__ == "__main__":
    unittest.main()
