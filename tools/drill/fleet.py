"""The processes of a run: nats-server, broadcasters, the receiver."""

import asyncio
import json
import os
import pathlib
import signal
import sys
import time
import urllib.error
import urllib.request

from private_servers.nats import Nats, answers, command
from private_servers.ports import free_port
from private_servers.process import Process

from .ownership import Ownership
from .proxy import Proxy

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR") or ROOT / "build" / "release") / "bin"


async def eventually(condition, what, limit=60):
    until = time.monotonic() + limit
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(f"{what}: not in {limit} s")
        await asyncio.sleep(0.02)


async def ended(process):
    await eventually(lambda: process.child.poll() is not None, f"{process.name} ends")


def call(method, url, content=None):
    """(status, JSON or None) of a request; status 0: no response."""
    data = json.dumps(content).encode() if content is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as e:
        return e.code, None
    except (OSError, ValueError):
        return 0, None


class NatsServer(Nats):
    """Killed and started again without holding up the publisher."""

    async def kill(self):
        self.process.child.kill()
        await ended(self.process)

    async def start_again(self):
        self.process = Process(command(self.folder / "nats.conf"), self.folder / "nats.log")
        while not await asyncio.to_thread(answers, self.monitor + "/healthz"):
            self.process.check()
            await asyncio.sleep(0.02)


class Replica:
    def __init__(self, folder, number, configuration, nats_port, behind_proxy):
        self.number, self.log = number, folder / f"broadcaster-{number}.log"
        self.port, self._metrics_port = free_port(), free_port()
        self.proxy = Proxy(free_port(), nats_port) if behind_proxy else None
        self._nats_port = nats_port
        self._command = [PROGRAMS / "broadcaster", "--config", configuration]
        self.process = None
        self.serving = False  # it runs and is neither frozen nor cut off

    async def start(self):
        """Until it is ready."""
        if self.proxy and not self.proxy.started:
            await self.proxy.start()
        port = self.proxy.port if self.proxy else self._nats_port
        environment = {
            "PORT": self.port,
            "METRICS_PORT": self._metrics_port,
            "NATS_URL": f"nats://127.0.0.1:{port}",
            "LOG_FORMAT": "json",
            "DRAIN_TIMEOUT": "5s",
        }
        self.process = Process(self._command, self.log, environment)
        url = f"http://127.0.0.1:{self.port}/readyz"
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(answers, url):
                self.process.check()
                await asyncio.sleep(0.02)
        self.serving = True

    async def kill(self):
        self.serving = False
        self.process.child.kill()
        await ended(self.process)

    async def stop(self):
        self.serving = False
        self.process.child.send_signal(signal.SIGTERM)
        await ended(self.process)
        if self.process.child.returncode:
            raise RuntimeError(f"broadcaster ended with {self.process.child.returncode} when asked to stop")

    def freeze(self):
        self.serving = False
        self.process.child.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.serving = True
        self.process.child.send_signal(signal.SIGCONT)

    def api(self, path):
        return f"http://127.0.0.1:{self.port}/api/webhooks/endpoints{path}"


class Receiver:
    def __init__(self, folder, flapping):
        self.log = folder / "accepted.log"
        self.port = free_port()
        self.doors = {name: free_port() for name in flapping}
        self._modes = dict.fromkeys(self.doors, "up")
        self._output = folder / "receiver.log"
        self.process = None

    def url(self, path, door=None):
        return f"http://127.0.0.1:{self.doors[door] if door else self.port}{path}"

    async def start(self):
        program = pathlib.Path(__file__).with_name("receiver.py")
        ports = [self.port, *self.doors.values()]
        self.process = Process([sys.executable, "-B", program, self.log, *ports], self._output)
        while not await self._tell_modes():
            self.process.check()
            await asyncio.sleep(0.02)

    async def turn_all(self, mode):
        """Its flapping endpoints; if it is not running now, it hears of it when it starts."""
        self._modes = dict.fromkeys(self.doors, mode)
        await self._tell_modes()

    async def _tell_modes(self):
        """False: it is not running."""
        for name, mode in self._modes.items():
            status, _ = await asyncio.to_thread(call, "POST", self.url(f"/mode/{self.doors[name]}/{mode}"))
            if status != 204:
                return False
        return True

    async def kill(self):
        self.process.child.kill()
        await ended(self.process)


class Fleet:
    def __init__(self, folder, replicas, shards, flapping, behind_proxy):
        self.folder, self.shards = folder, shards
        self.nats = NatsServer(folder / "nats")
        self.receiver = Receiver(folder, flapping)
        self._configuration = folder / "broadcaster.yaml"
        self.replicas = [Replica(folder, n, self._configuration, self.nats.port, behind_proxy) for n in range(replicas)]

    async def start(self, endpoints):
        """`endpoints`: the list of the configuration file; YAML is a superset of JSON."""
        content = {"allow_private_addresses": True, "shards": self.shards, "endpoints": endpoints}
        self._configuration.write_text(json.dumps(content, indent=1), encoding="utf-8")
        await self.receiver.start()
        await asyncio.gather(*(r.start() for r in self.replicas))
        await eventually(self.all_owned, "every shard has an owner")

    def note(self, name, content):
        """For whoever looks for the cause of a failure."""
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")

    def processes(self):
        """{name: pid} of nats-server and, by number, of the broadcasters."""
        running = {"nats": self.nats.process} | {r.number: r.process for r in self.replicas}
        return {name: p.pid for name, p in running.items() if p}

    def ownership(self):
        return Ownership.read([r.log for r in self.replicas])

    def all_owned(self):
        """Every shard by a replica that serves."""
        owners = self.ownership().owners()
        return len(owners) == self.shards and all(self.replicas[r].serving for r in owners.values())

    def any_serves(self):
        return any(r.serving for r in self.replicas)

    def stop(self):
        for process in [r.process for r in self.replicas] + [self.receiver.process, self.nats.process]:
            if process and process.child.poll() is None:
                process.child.kill()
                process.child.wait()
