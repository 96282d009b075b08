"""Component tls-nats with real servers: programs and servers speak TLS with each other, and with nobody else."""

import json
import pathlib
import re
import shutil
import signal
import socket
import ssl
import unittest

from authority import authority, certificates
from deployed_nats import config_of, container, deployed, overlay, routes
from nats_client import client
from rendered import REPOSITORY
from servers import BUILD, eventually, fetch, folder, postgres

from private_servers.nats import answers
from private_servers.ports import free_port
from private_servers.process import Process

STAGING, PRODUCTION = "staging+tls-nats", "production+tls"
SCRIPT = REPOSITORY / "manifests/components/tls-nats/reload-on-renewal"


def sleeps(pid):
    """Whether reload-on-renewal does: it has read the present file then, which is another child's work."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pathlib.Path(f"/proc/{child}/comm").read_text().strip() for child in children] == ["sleep"]


def serial(port, trusting):
    """Of the certificate that a NATS server shows."""
    plain = socket.create_connection(("localhost", port), timeout=10)
    while plain.recv(1) != b"\n":
        pass
    with ssl.create_default_context(cafile=trusting).wrap_socket(plain, server_hostname="localhost") as tls:
        return tls.getpeercert()["serialNumber"]


class Programs(unittest.TestCase):
    """At one server, as staging has it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.ca = authority(cls.folder.path / "ca")
        cls.spec = certificates(overlay(STAGING))["nats-tls"]
        cls.mounted = cls.ca.issue("nats-tls", cls.spec)
        cls.nats = deployed(cls.folder.path / "nats", STAGING, cls.mounted)
        cls.addClassCleanup(cls.nats.stop)
        cls.database = postgres(cls.folder)
        cls.addClassCleanup(cls.database.crash)
        cls.database.recreate()

    def run_program(self, name, trusting=None, **environment):
        """With the settings of the overlay: only addresses and paths are the test's."""
        settings = config_of(STAGING, "tidings-settings")
        self.assertEqual(settings["NATS_URL"], "tls://nats:4222")
        mounts = container(name, STAGING)[0]["volumeMounts"]
        self.assertIn(settings["NATS_CA_FILE"].rpartition("/")[0], [m["mountPath"] for m in mounts])
        port = free_port()
        given = {
            "PORT": str(port),
            "METRICS_PORT": "0",
            "NATS_URL": self.nats.url,
            **self.nats.login(name),
        } | environment
        given["NATS_CA_FILE"] = trusting or self.mounted / "ca.crt"
        process = Process([BUILD / "bin" / name], self.folder.path / f"{name}-{port}.log", given)
        self.addCleanup(process.stop)
        return process, f"http://127.0.0.1:{port}"

    def connections(self):
        monitor = self.nats.ports[0][1]
        found = json.loads(fetch(f"http://127.0.0.1:{monitor}/connz"))["connections"]
        self.assertGreaterEqual(len(found), 2)
        return found

    def test_an_event_goes_its_way(self):
        todo, at_todo = self.run_program("todo-be", DATABASE_URL=self.database.url())
        todo.wait_until(lambda: answers(at_todo + "/readyz"), "becoming ready")
        _, at_sender = self.run_program("broadcaster")
        for at in (at_todo, at_sender):
            eventually("it is connected", lambda at=at: "[+]nats" in fetch(at + "/readyz?verbose"))
        self.assertNotIn(None, [c.get("tls_version") for c in self.connections()])
        fetch(
            f"{at_todo}/api/todos",
            data=b'{"title": "by TLS"}',
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        js = client(self.nats.url, "operator", self.nats.password("OPERATOR"), trusting=self.mounted / "ca.crt")
        self.addCleanup(js.close)
        eventually("it is in the stream", lambda: js.api("STREAM.INFO.TODOS")["state"]["messages"] > 0)
        # Port 4222 shows a renewed certificate without a restart, and who is connected stays.
        before = serial(self.nats.ports[0][0], self.mounted / "ca.crt")
        renewal = self.beside(self.nats.folder / "nats-0/nats.pid")
        self.ca.issue("nats-tls", self.spec)
        eventually("the new one", lambda: serial(self.nats.ports[0][0], self.mounted / "ca.crt") != before)
        renewal.check()
        self.assertTrue(js.api("STREAM.INFO.TODOS"))

    def beside(self, pid_file):
        """The container `reload` as the overlay starts it; by the second, not by the minute."""
        pod = container("nats", STAGING)[1]
        command = next(c for c in pod["containers"] if c["name"] == "reload")["command"]
        self.assertTrue(pod["shareProcessNamespace"])
        moved = {"/opt/tidings/reload-on-renewal": SCRIPT, "/run/tls/tls.crt": self.mounted / "tls.crt"}
        command = [str(moved.get(c, c)).replace("/var/run/nats/nats.pid", str(pid_file)) for c in command]
        process = Process(command, self.folder.path / "reload.log", {"EVERY": "1"})
        self.addCleanup(process.stop)
        eventually("it waits", lambda: sleeps(process.pid))
        return process

    def test_a_program_that_trusts_another_authority_does_not_connect(self):
        stranger = authority(self.folder.path / "stranger", "somebody else").certificate
        _, at = self.run_program("broadcaster", trusting=stranger)
        log = next(p for p in self.folder.path.glob(f"broadcaster-{at.rpartition(':')[2]}.log"))
        eventually("it says so", lambda: re.search("unable to get local issuer|verify failed", log.read_text()))
        self.assertIn("[!]nats: disconnected", fetch(at + "/readyz?verbose"))

    def test_without_tls_nobody_gets_in(self):
        with socket.create_connection(("localhost", self.nats.ports[0][0]), timeout=10) as plain:
            about = plain.recv(4096)
            self.assertIn(b'"tls_required":true', about)
            plain.sendall(b"PING\r\n")
            self.assertNotIn(b"PONG", b"".join(iter(lambda: plain.recv(4096), b"")))
        eventually("the server says so", lambda: "TLS handshake error" in self.nats.log())


class Servers(unittest.TestCase):
    """Three, as production has them."""

    def setUp(self):
        self.folder = folder()
        self.addCleanup(self.folder.remove)
        self.ca = authority(self.folder.path / "ca")
        self.spec = certificates(overlay(PRODUCTION))["nats-tls"]
        self.mounted = self.ca.issue("nats-tls", self.spec)
        self.nats = deployed(self.folder.path / "nats", PRODUCTION, self.mounted)
        self.addCleanup(lambda: self.nats.stop())

    def operator(self):
        c = client(self.nats.url, "operator", self.nats.password("OPERATOR"), trusting=self.mounted / "ca.crt")
        self.addCleanup(c.close)
        return c

    def takes_streams(self):
        try:
            about = {"name": "probe", "subjects": ["probe"], "num_replicas": 3}
            return self.operator().api("STREAM.CREATE.probe", about)["config"]["num_replicas"] == 3
        except (AssertionError, TimeoutError):
            return False

    def test_know_each_other_and_keep_streams_of_three(self):
        for _, monitor, _ in self.nats.ports:
            routes(monitor, 2)
        eventually("a stream of three", self.takes_streams, 60)
        # A renewed certificate is for routes, too: a server that comes back is let in.
        self.ca.issue("nats-tls", self.spec)
        for number in (0, 1):
            self.nats.servers[number].child.send_signal(signal.SIGHUP)
        self.nats.servers.pop(2).stop()
        self.nats.start(2)
        for _, monitor, _ in self.nats.ports:
            routes(monitor, 2)

    def test_know_no_server_of_another_authority(self):
        stranger = authority(self.folder.path / "stranger", "somebody else").issue("nats-tls", self.spec)
        # It would trust ours: it is ours that have to refuse it.
        shutil.copy(self.ca.certificate, stranger / "ca.crt")
        self.nats.servers.pop(2).stop()
        for _, monitor, _ in self.nats.ports[:2]:
            routes(monitor, 1)
        self.nats.tls = stranger
        self.nats.start(2)
        eventually(
            "it is refused", lambda: "unknown authority" in self.nats.log() or "bad certificate" in self.nats.log(), 30
        )
        for _, monitor, _ in self.nats.ports[:2]:
            routes(monitor, 1)


class Reload(unittest.TestCase):
    """reload-on-renewal alone."""

    def test_runs_its_command_at_each_renewal_and_again_while_it_fails(self):
        with folder() as where:
            file, tries = where.path / "tls.crt", where.path / "tries"
            file.write_text("first")
            command = ["sh", "-c", f"echo x >>{tries}; test -e {where.path}/well"]
            log = where.path / "log"
            process = Process([SCRIPT, file, *command], log, {"EVERY": "0.2"})
            self.addCleanup(process.stop)
            eventually("it waits", lambda: sleeps(process.pid))
            self.assertFalse(tries.exists())
            file.write_text("second")
            eventually("it tries again", lambda: tries.read_text().count("x") > 1)
            (where.path / "well").touch()
            eventually("it is done", lambda: "renewed and in use" in log.read_text())
            file.write_text("third")
            eventually("and once more", lambda: log.read_text().count("renewed and in use") == 2)


if __name__ == "__main__":
    unittest.main()
