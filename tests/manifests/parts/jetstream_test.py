"""Snapshots of a real nats-server, and the event log that rebuilds its stream."""

import json
import os
import shutil
import time
import unittest

from nats_client import client
from nats_cluster import cluster
from rendered import COMPONENTS, HERE, build, pod_templates
from servers import BUILD, eventually, fetch, folder, postgres, script

from private_servers.nats import Nats
from private_servers.ports import free_port
from private_servers.process import Process


class snapshots(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.addCleanup(self.folder.remove)
        self.nats = Nats(self.folder.path / "nats")
        self.addCleanup(lambda: self.nats.stop())
        self.scripts = self.folder.copy_of(COMPONENTS / "backup/scripts")
        self.tool = self.folder.copy_of(HERE / "bin")
        shutil.copy(HERE / "nats_client.py", self.tool)
        self.backups = self.folder.make("backups")

    def run_script(self, name, check=True, **more):
        environment = {
            "PATH": f"{self.tool}:{os.environ['PATH']}",
            "BACKUP_DIR": self.backups,
            "NATS_URL": self.nats.url,
            "NATS_CLIENT": self.tool,
            "PATIENCE_SECONDS": 2,
            **{k: v for k, v in os.environ.items() if k.startswith("PYENV")},
        }
        return script(self.scripts / name, environment | more, check=check)

    def fill(self, url="", replicas=1):
        """7 events, of which the endpoint has had 3; and a key-value bucket."""
        js = client(url or self.nats.url)
        for name, subject in (("TODOS", "todos.events"), ("KV_endpoints", "$KV.endpoints.>")):
            js.api(
                f"STREAM.CREATE.{name}",
                {"name": name, "subjects": [subject], "storage": "file", "num_replicas": replicas},
            )
        for number in range(7):
            js.request("todos.events", str(number).encode(), {"Nats-Msg-Id": str(number)})
        js.request("$KV.endpoints.billing", b"{}")
        js.api(
            "CONSUMER.DURABLE.CREATE.TODOS.queue",
            {
                "stream_name": "TODOS",
                "config": {"durable_name": "queue", "ack_policy": "explicit", "deliver_policy": "all"},
            },
        )
        inbox = js.inbox()
        js.publish("$JS.API.CONSUMER.MSG.NEXT.TODOS.queue", b'{"batch":3}', inbox)
        for reply in [js.next()[1] for _ in range(3)]:
            js.request(reply, b"+ACK")
        js.close()

    def test_restore_streams_buckets_and_endpoint_positions(self):
        self.fill()
        self.assertIn("2 streams", self.run_script("backup-jetstream").stdout)
        self.nats.lose_everything()
        self.check_restored(self.run_script("restore-jetstream").stdout)

    def test_of_three_servers_are_restored_into_one(self):
        """As the monthly test does, by its own settings."""
        three = cluster(self.folder.path / "three")
        self.addCleanup(three.stop)
        self.fill(three.url, replicas=3)
        self.run_script("backup-jetstream", NATS_URL=three.url)
        self.assertIn("replicas > 1 not supported", self.run_script("restore-jetstream", check=False).stderr)
        job = next(t for name, _, t in pod_templates(build("backup")) if name == "backup-restore-test-jetstream")
        said = {e["name"]: e["value"] for e in job["spec"]["containers"][0]["env"] if e["name"] == "REPLICAS"}
        self.check_restored(self.run_script("restore-jetstream", **said).stdout)

    def check_restored(self, said):
        self.assertIn("TODOS: 7 messages", said)
        self.assertIn("KV_endpoints: 1 messages", said)
        js = client(self.nats.url)
        self.addCleanup(js.close)
        info = js.api("CONSUMER.INFO.TODOS.queue")
        self.assertEqual((3, 4), (info["ack_floor"]["stream_seq"], info["num_pending"]))

    def test_do_not_overwrite_existing_streams(self):
        self.fill()
        self.run_script("backup-jetstream")
        run = self.run_script("restore-jetstream", check=False)
        self.assertNotEqual(0, run.returncode)
        self.assertIn("exists already", run.stderr)

    def test_a_restore_with_missing_messages_fails(self):
        self.fill()
        self.run_script("backup-jetstream")
        about = next(self.backups.glob("jetstream/*/TODOS/backup.json"))
        wrong = json.loads(about.read_text())
        wrong["state"]["messages"] = 8
        about.write_text(json.dumps(wrong))
        self.nats.lose_everything()
        self.assertIn("has 7 messages; the snapshot has 8", self.run_script("restore-jetstream", check=False).stderr)

    def test_without_one_a_restore_says_so(self):
        self.assertIn("no snapshot", self.run_script("restore-jetstream", check=False).stderr)

    def test_are_kept_for_seven_days_and_not_deleted_by_a_failure(self):
        for days in (6, 8):
            old = self.backups / "jetstream" / f"2020010{days}T000000Z"
            old.mkdir(parents=True)
            self.folder.give(old)
            self.folder.give(old.parent)
            os.utime(old, (time.time() - days * 86400,) * 2)
        self.assertNotEqual(0, self.run_script("backup-jetstream", check=False).returncode)  # no stream yet
        self.assertEqual(2, len(list(self.backups.glob("jetstream/2*"))))
        self.fill()
        self.run_script("backup-jetstream")
        names = sorted(p.name for p in self.backups.glob("jetstream/*"))
        self.assertEqual(["20200106T000000Z"], names[:1])
        self.assertEqual(2, len(names))


class the_event_log(unittest.TestCase):
    def test_rebuilds_the_stream_of_a_nats_that_lost_its_data(self):
        where = folder()
        self.addCleanup(where.remove)
        database, bus = postgres(where), Nats(where.path / "nats")
        self.addCleanup(database.crash)
        self.addCleanup(lambda: bus.stop())
        database.recreate()
        port = free_port()
        backend = Process(
            [BUILD / "bin" / "todo-be"],
            where.path / "todo-be.log",
            {"PORT": str(port), "METRICS_PORT": "0", "DATABASE_URL": database.url(), "NATS_URL": bus.url},
        )
        self.addCleanup(backend.stop)
        eventually("todo-be is ready", lambda: fetch(f"http://127.0.0.1:{port}/readyz"))
        for title in ("one", "two", "three"):
            fetch(
                f"http://127.0.0.1:{port}/api/todos",
                data=json.dumps({"title": title}).encode(),
                headers={"Content-Type": "application/json"},
            )
        before = eventually("three events are in the stream", lambda: self.stream_of(bus, 3))
        bus.lose_everything()
        scripts = where.copy_of(COMPONENTS / "backup/scripts")
        said = script(scripts / "republish-events", database.environment()).stdout
        self.assertIn("3 events go out again", said)
        self.assertEqual(before, eventually("they are there again", lambda: self.stream_of(bus, 3)))
        later = script(scripts / "republish-events", database.environment() | {"SINCE": "2999-01-01"}).stdout
        self.assertIn("0 events", later)

    def stream_of(self, bus, count):
        """Ids and bytes, once there are `count`; sorted, since only events of one to-do are ordered."""
        js = client(bus.url)
        try:
            if js.api("STREAM.INFO.TODOS")["state"]["messages"] < count:
                return None
            found = [js.api("STREAM.MSG.GET.TODOS", {"seq": n + 1})["message"] for n in range(count)]
            return sorted((m["hdrs"], m["data"]) for m in found)
        except AssertionError:
            return None  # no such stream yet
        finally:
            js.close()


if __name__ == "__main__":
    unittest.main()
