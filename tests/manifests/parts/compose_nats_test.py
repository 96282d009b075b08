"""NATS as docker/compose.yaml starts it: each service logs in with what it is given, and nobody else."""

import pathlib
import shutil
import subprocess
import unittest

import yaml
from nats_client import client
from rendered import REPOSITORY
from servers import folder

from private_servers.nats import answers, command
from private_servers.ports import free_port
from private_servers.process import Process

COMPOSE = REPOSITORY / "docker/compose.yaml"


def here(home, port, monitor):
    return {
        "0.0.0.0:4222": f"127.0.0.1:{port}",
        "0.0.0.0:8222": f"127.0.0.1:{monitor}",
        "/var/run/nats/": f"{home}/",
        "store_dir: /data": f"store_dir: {home}/data",
    }


class Logins(unittest.TestCase):
    def setUp(self):
        made = folder()
        self.addCleanup(made.remove)
        self.document = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
        script = made.path / "docker/compose/secrets"
        script.parent.mkdir(parents=True)
        shutil.copy(REPOSITORY / "docker/compose/secrets", script)
        subprocess.run([script], check=True, timeout=20)
        self.docker = made.path / "docker"
        self.url = self.start(made.make("nats"))

    def file(self, relative):
        return self.docker / relative

    def start(self, home):
        service, port, monitor = self.document["services"]["nats"], free_port(), free_port()
        for config in service["configs"]:
            text = (COMPOSE.parent / self.document["configs"][config["source"]]["file"]).read_text(encoding="utf-8")
            for there, ours in here(home, port, monitor).items():
                text = text.replace(there, ours)
            (home / pathlib.Path(config["target"]).name).write_text(text, encoding="utf-8")
        env = dict(service["environment"])
        for file in service["env_file"]:
            env |= dict(line.split("=", 1) for line in self.file(file).read_text(encoding="utf-8").split())
        configuration = home / pathlib.Path(service["command"][1]).name
        server = Process(command(configuration), home / "log", env)
        self.addCleanup(server.stop)
        server.wait_until(lambda: answers(f"http://127.0.0.1:{monitor}/healthz"), "starting")
        return f"nats://127.0.0.1:{port}"

    def connect(self, user, password):
        c = client(self.url, user, password)
        self.addCleanup(c.close)
        return c

    def test_each_service_is_let_in_and_nobody_else(self):
        users = [s["environment"] for s in self.document["services"].values() if "NATS_URL" in s.get("environment", {})]
        self.assertEqual(len(users), 2)
        for env in users:
            secret = self.document["secrets"][pathlib.Path(env["NATS_PASSWORD_FILE"]).name]
            password = self.file(secret["file"]).read_text(encoding="utf-8")
            self.assertIn("memory", self.connect(env["NATS_USER"], password).api("INFO"))
            with self.assertRaisesRegex(AssertionError, "Authorization Violation"):
                self.connect(env["NATS_USER"], "guessed").next()
        with self.assertRaisesRegex(AssertionError, "Authorization Violation"):
            self.connect("", "").next()


if __name__ == "__main__":
    unittest.main()
