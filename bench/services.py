"""Our own programs from the release build, each with a free port for its API and one for its metrics."""

import contextlib
import functools
import json
import shutil

import processes
import servers
import web
from private_servers.nats import Nats
from private_servers.postgres import Postgres

SECRET = "whsec_" + "dGhlIGtleSBvZiB0aGUgYmVuY2htYXJrcyBhbG9uZQ=="


# Where the servers keep their data. A virtual disk may allow so few flushes a second that every commit waits for the
# next
# one and nothing else shows; the same measure on memory shows the software.
DISK, MEMORY = "/var/tmp", "/dev/shm"


class Stack:
    """Shared by a group of measurements. Everything started through it ends with it; servers start when first used."""

    def __init__(self, programs, closing: contextlib.ExitStack, storage: str = DISK):
        self.programs = programs
        self.home = servers.Home(storage)
        self._closing, self._servers = closing, 0
        closing.callback(self.home.remove)

    @functools.cached_property
    def postgres(self) -> Postgres:
        whole_statements = ("-c", "track_activity_query_size=16384")  # as `statement` reads them
        return self._keep(Postgres(self.home.path / "postgres", options=whole_statements, durable=True))

    @functools.cached_property
    def nats(self) -> Nats:
        return self._keep(Nats(self.home.path / "nats"))

    @functools.cached_property
    def nginx(self) -> servers.Nginx:
        return self.another_nginx("nginx")

    def another_nginx(self, name: str, bound=True) -> servers.Nginx:
        return self._keep(servers.Nginx(self.home.path / name, self.home.log(name), bound))

    def _keep(self, server):
        self._closing.callback(server.stop)
        return server

    @contextlib.contextmanager
    def service(self, name: str, environment, arguments=(), ready=True):
        port, metrics_port = processes.free_port(), processes.free_port()
        process = processes.Process(
            [self.programs / name, *arguments],
            self.home.log(name),
            {"PORT": str(port), "METRICS_PORT": str(metrics_port)} | environment,
        )
        process.url = f"http://127.0.0.1:{port}"
        process.metrics = f"http://127.0.0.1:{metrics_port}/metrics"
        try:
            if ready:
                process.start_seconds = process.wait_until(
                    lambda: web.answers(process.url + "/readyz"), "becoming ready"
                )
            yield process
        finally:
            process.stop()

    def todo_be(self, database: str, environment=None):
        servers = {"DATABASE_URL": self.postgres.url(database), "NATS_URL": self.nats.url}
        return self.service("todo-be", servers | (environment or {}))

    def broadcaster(self, name: str, endpoints, nats=None):
        """`endpoints`: the list of the configuration file; YAML is a superset of JSON. `nats`: a server of its own;
        on one server all broadcasters share the endpoints."""
        path = self.home.path / f"{name}.yaml"
        path.write_text(json.dumps({"allow_private_addresses": True, "endpoints": endpoints}))
        return self.service("broadcaster", {"NATS_URL": (nats or self.nats).url}, ["--config", path])

    @contextlib.contextmanager
    def alone(self, name: str, endpoints, messages: int, behind: int = 0, **events):
        """A broadcaster with a NATS server of its own, whose stream holds so many messages, and plain ones `behind`
        them: all are there before it starts, for it widens what nats-server remembers of ids (fill_stream)."""
        self._servers += 1
        nats = Nats(self.home.path / f"nats-{name}-{self._servers}")
        try:
            self.fill_stream(messages, nats, **events)
            if behind:
                self.fill_stream(behind, nats)
            with self.broadcaster(name, endpoints, nats) as process:
                process.nats = nats
                yield process
        finally:
            nats.stop()
            shutil.rmtree(nats.folder, ignore_errors=True)

    def fill_stream(self, messages: int, nats, size: int = 300, **options) -> None:
        """`options`: those of fill_stream.cpp."""
        named = [f"{name}={value}" for name, value in options.items()]
        processes.run([self.programs / "fill_stream", nats.url, messages, size, *named])


def endpoint(name: str, url: str, deliver_from: str = "beginning", **settings):
    return {"name": name, "url": url, "secrets": [SECRET], "deliver_from": deliver_from} | settings


def endpoints(count: int, prefix: str, url: str, **settings):
    """Each with a path of its own."""
    return [endpoint(f"{prefix}{n}", f"{url}/{prefix}/{n}", **settings) for n in range(count)]
