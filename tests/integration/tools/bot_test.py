"""tools/bot against a real todo-be, and stand-ins of Telegram and Slack."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tools"))

from chat_standins import SlackServer, TelegramServer  # noqa: E402
from private_servers.folder import Folder, in_memory  # noqa: E402
from private_servers.ports import free_port  # noqa: E402
from private_servers.postgres import Postgres  # noqa: E402
from private_servers.process import Process  # noqa: E402

TODO_BE = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", ROOT / "build" / "release")) / "bin" / "todo-be"
PATIENCE = 30  # seconds, on a busy machine
API_TOKEN = "0123456789abcdef"


class World:
    """todo-be on a database of its own; without NATS its events wait in the outbox, and the feed shows them."""

    def __init__(self, case, **settings):
        self.folder = case.enterContext(Folder("bot", in_memory()))
        self.postgres = Postgres(self.folder.path / "data")
        case.addCleanup(self.postgres.stop)
        self.port = free_port()
        settings = {
            "DATABASE_URL": self.postgres.url(),
            "PORT": self.port,
            "METRICS_PORT": free_port(),
            "NATS_URL": "nats://127.0.0.1:1",
            "API_TOKEN": API_TOKEN,
        } | settings
        self.process = Process([TODO_BE], self.folder.path / "todo-be.log", settings)
        case.addCleanup(self.process.stop)
        self.process.wait_until(self.ready, "starting")

    @property
    def api(self):
        return f"http://127.0.0.1:{self.port}/api"

    def ready(self):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {API_TOKEN}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.api + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def titles(self, **_):
        return sorted(todo["title"] for todo in self.call("GET", "/todos?limit=100")["items"])


class Bot:
    def __init__(self, case, kind, world, server, *options, **files):
        self.folder = pathlib.Path(case.enterContext(tempfile.TemporaryDirectory()))
        for name, text in {"api": API_TOKEN, **files}.items():
            (self.folder / name).write_text(text + "\n")
        self.command = [ROOT / "tools" / "bot", kind, "--api", world.api, "--api-token-file", self.folder / "api"]
        self.command += ["--token-file", self.folder / "token", "--state", self.folder / "state", *options]
        self.command += ["--chat-url", f"http://{server.authority}" + ("/api" if kind == "slack" else "")]
        if kind == "slack":
            self.command += ["--app-token-file", self.folder / "app"]
        case.addCleanup(self.stop)
        self.start()

    def start(self):
        self.process = Process(self.command, self.folder / "log", stop_signal=signal.SIGINT)

    def stop(self):
        self.process.stop()

    def log(self):
        return (self.folder / "log").read_text()


class Telegram(unittest.TestCase):
    def setUp(self):
        self.world, self.server = World(self), TelegramServer(self)
        self.bot = Bot(self, "telegram", self.world, self.server, "--allow", "7,8", token=TelegramServer.TOKEN)

    def said(self):
        return self.server.said.get(timeout=PATIENCE)

    def ask(self, text, chat=7):
        self.server.write(chat, text)
        return self.said()

    def test_adds_lists_and_completes(self):
        self.assertEqual(self.ask("/add Buy milk"), (7, "Added: Buy milk"))
        self.assertEqual(self.ask("add  Read a book "), (7, "Added: Read a book"))
        self.assertEqual(self.ask("/list@tidings_bot"), (7, "1. Read a book\n2. Buy milk"))
        self.assertEqual(self.ask("done 2"), (7, "Done: Buy milk"))
        self.assertEqual(self.ask("list"), (7, "1. Read a book"))
        self.assertIn("Which?", self.ask("done 9")[1])
        self.assertIn("140", self.ask("add " + "x" * 141)[1])
        self.assertIn("no to-do", self.ask("done 01890a5d-ac96-774b-bcce-b302099a8057")[1])
        self.assertIn("subscribe", self.ask("what?")[1])

    def test_strangers_are_refused_and_told_who_they_are(self):
        self.assertIn("666", self.ask("add x", chat=666)[1])
        self.assertEqual(self.world.titles(), [])

    def test_subscribers_are_told_of_every_change_also_of_those_while_it_was_away(self):
        self.assertIn("told of every change", self.ask("subscribe")[1])
        self.ask("subscribe", chat=8)
        todo = self.world.call("POST", "/todos", {"title": "Buy milk"})
        self.assertEqual(sorted([self.said(), self.said()]), [(7, "Added: Buy milk"), (8, "Added: Buy milk")])
        self.ask("unsubscribe", chat=8)
        self.bot.stop()
        self.world.call("PATCH", f"/todos/{todo['id']}", {"done": True})
        self.world.call("PATCH", f"/todos/{todo['id']}", {"title": "Buy oat milk", "done": False})
        self.bot.start()
        told = []
        while len(told) < 2:
            chat, text = self.said()
            if chat == 7:  # what it answered to the other one last may come again
                told.append(text)
        self.assertEqual(told, ["Done: Buy milk", "To do again: Buy oat milk"])

    def test_a_change_that_is_being_told_at_its_end_does_not_come_again(self):
        self.ask("subscribe")
        self.server.answers.clear()
        self.world.call("POST", "/todos", {"title": "Buy milk"})
        self.assertEqual(self.said(), (7, "Added: Buy milk"))
        self.bot.process.child.send_signal(signal.SIGTERM)  # what it told is not answered yet
        with self.assertRaises(subprocess.TimeoutExpired):
            self.bot.process.child.wait(1)
        self.server.answers.set()
        self.assertEqual(self.bot.process.child.wait(PATIENCE), 0)
        self.world.call("POST", "/todos", {"title": "Read"})
        self.bot.start()
        self.assertEqual(self.said(), (7, "Added: Read"))

    def test_a_message_that_comes_again_adds_once(self):
        self.server.refuse = [(500, {"ok": False})]
        self.server.write(7, "add Buy milk")  # it is added, the answer is refused: the update comes again
        self.assertEqual(self.said(), (7, "Added: Buy milk"))
        self.assertEqual(self.world.titles(), ["Buy milk"])
        self.assertIn("telegram: Refused 500", self.bot.log())
        self.assertNotIn(TelegramServer.TOKEN, self.bot.log())

    def test_a_chat_that_blocked_the_bot_is_passed_over(self):
        self.ask("subscribe")
        self.ask("subscribe", chat=8)
        self.server.refuse = [(403, {"ok": False, "description": "Forbidden: bot was blocked by the user"})]
        self.world.call("POST", "/todos", {"title": "Buy milk"})
        self.assertEqual(self.said()[1], "Added: Buy milk")
        self.world.call("POST", "/todos", {"title": "Read"})
        self.assertEqual({self.said()[0], self.said()[0]}, {7, 8})


class Users(unittest.TestCase):
    def test_what_is_not_about_a_to_do_is_passed_over(self):
        world, server = World(self, IDENTITY="on"), TelegramServer(self)
        Bot(self, "telegram", world, server, "--allow", "7", token=TelegramServer.TOKEN)
        server.write(7, "subscribe")
        self.assertIn("told", server.said.get(timeout=PATIENCE)[1])
        tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
        world.call("POST", "/tokens", {"name": "script", "scopes": ["todos:read"], "expires_at": tomorrow})
        world.call("POST", "/todos", {"title": "Buy milk"})
        self.assertEqual(server.said.get(timeout=PATIENCE), (7, "Added: Buy milk"))


class Slack(unittest.TestCase):
    def setUp(self):
        self.world, self.server = World(self), SlackServer(self)
        tokens = {"token": SlackServer.TOKEN, "app": SlackServer.APP_TOKEN}
        self.bot = Bot(self, "slack", self.world, self.server, **tokens)

    def link(self):
        return self.server.sockets.get(timeout=PATIENCE)

    def test_slash_commands_are_answered_and_subscribers_told(self):
        link = self.link()
        link.send({"type": "hello"})
        self.assertEqual(link.command(1, "add Buy milk"), "Added: Buy milk")
        self.assertEqual(link.command(2, "list"), "1. Buy milk")
        self.assertEqual(link.command(1, "add Buy milk"), "Added: Buy milk")  # it came again
        self.assertEqual(self.world.titles(), ["Buy milk"])
        self.assertIn("told", link.command(3, "subscribe"))
        self.assertEqual(link.command(4, "done 1"), "Done: Buy milk")
        self.assertEqual(self.server.said.get(timeout=PATIENCE), ("C1", "Done: Buy milk"))

    def test_another_socket_is_opened_when_one_ends(self):
        first = self.link()
        first.send({"type": "disconnect", "reason": "refresh_requested"})
        second = self.link()
        self.assertEqual(second.command(1, "list"), "Nothing to do.")
        second.close()
        self.assertEqual(self.link().command(2, "list"), "Nothing to do.")


if __name__ == "__main__":
    unittest.main()
