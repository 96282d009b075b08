"""A disk of the deployed NATS is lost, and what docs/operations.md (A disk is lost) then says happens."""

import json
import shutil
import unittest
import urllib.request

from deployed_nats import deployed
from nats_client import client
from servers import eventually, folder

from private_servers.nats import answers

MESSAGES = 200


class Disks(unittest.TestCase):
    def setUp(self):
        where = folder()
        self.addCleanup(where.remove)
        self.nats = deployed(where.path / "nats", "production")
        self.addCleanup(self.nats.stop)
        js = self.operator()
        self.addCleanup(js.close)
        stream = {
            "name": "TODOS",
            "subjects": ["todos.events"],
            "storage": "file",
            "num_replicas": len(self.nats.ports),
        }
        eventually("there is a leader that takes the stream", lambda: self.created(js, stream))
        for number in range(MESSAGES):
            self.assertIn("seq", json.loads(js.request("todos.events", str(number).encode())))
        for number in range(len(self.nats.ports)):
            eventually("each server has all", lambda number=number: self.stored(number) == MESSAGES)

    def operator(self, server=0):
        url = f"nats://{self.nats.host}:{self.nats.ports[server][0]}"
        return client(url, "operator", self.nats.password("OPERATOR"))

    def created(self, js, stream):
        try:
            return js.api("STREAM.CREATE.TODOS", stream)
        except AssertionError:
            return None  # not yet three that the leader knows

    def ask(self, server, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.nats.ports[server][1]}/{path}", timeout=5) as answer:
            return json.load(answer)

    def stored(self, server):
        """On this server itself."""
        found = self.ask(server, "jsz?accounts=true&streams=true").get("account_details", [])
        return sum(s["state"]["messages"] for a in found for s in a.get("stream_detail", []) if s["name"] == "TODOS")

    def lose(self, server):
        self.nats.servers.pop(server).kill()
        shutil.rmtree(self.nats.folder / f"nats-{server}" / "data")

    def test_one_of_three_is_filled_again_by_the_others(self):
        last = len(self.nats.ports) - 1
        self.lose(last)
        js = eventually("the others go on", lambda: self.still_takes(MESSAGES))
        self.nats.start(last)
        eventually("it has everything again", lambda: self.stored(last) == MESSAGES + 1, 60)
        eventually("it is healthy", lambda: answers(f"http://127.0.0.1:{self.nats.ports[last][1]}/healthz"), 60)
        self.assertEqual(js.api("STREAM.INFO.TODOS")["state"]["messages"], MESSAGES + 1)

    def still_takes(self, number):
        """A connection over which one more was stored, once; its id makes it one, however often it is sent."""
        js = self.operator()
        self.addCleanup(js.close)
        try:
            answer = js.request("todos.events", str(number).encode(), {"Nats-Msg-Id": str(number)})
            return js if "seq" in json.loads(answer or "{}") else None
        except (AssertionError, TimeoutError):
            return None


if __name__ == "__main__":
    unittest.main()
