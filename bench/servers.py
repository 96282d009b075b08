"""Private PostgreSQL, nats-server and nginx on free loopback ports, in a folder of our own."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import processes
import web

NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/nginx.log;
worker_rlimit_nofile 32768;
events {{ worker_connections 16384; }}
http {{
    access_log off; sendfile on; tcp_nopush on; default_type application/json;
    client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;
    scgi_temp_path {home}/s;
    server {{
        listen 127.0.0.1:{port};
        root {home}/files;
        location / {{ return 204; }}
        location /files/ {{ root {home}; }}
    }}
}}
"""


class Home:
    """A folder that the user postgres can reach, gone at the end."""

    def __init__(self, parent: str):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tidings-bench-", dir=parent))
        self.path.chmod(0o755)

    def log(self, name: str) -> pathlib.Path:
        return self.path / f"{name}.log"

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


class Postgres:
    """As installed: default settings, data on disk, every commit synchronous."""

    def __init__(self, home: Home):
        self.programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        self.port = processes.free_port()
        data = home.path / "postgres"
        data.mkdir()
        as_postgres = []
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
            as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        processes.run(as_postgres + [self.programs / "initdb", "-D", data, "-U", "tidings", "--auth=trust",
                                     "--encoding=UTF8", "--locale=C.UTF-8"], cwd="/")
        self.process = processes.Process(
            [self.programs / "postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c",
             "unix_socket_directories=", "-c", "max_connections=100"],
            home.log("postgres"), user="postgres", parting=signal.SIGINT)
        self.process.await_(lambda: self._ready(), "starting")

    def _ready(self) -> bool:
        return subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0

    def url(self, database: str) -> str:
        return f"postgresql://tidings@127.0.0.1:{self.port}/{database}"

    def sql(self, database: str, *commands: str) -> str:
        options = [o for c in commands for o in ("-c", c)]
        return processes.run([self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options,
                              self.url(database)])

    def create(self, database: str) -> None:
        self.sql("postgres", f"create database {database}")


class Nats:
    """As `./dev run` starts it: as batch (docs/adr/0013)."""

    def __init__(self, home: Home):
        self.port = processes.free_port()
        self.monitor = f"http://127.0.0.1:{processes.free_port()}"
        configuration = home.path / "nats.conf"
        configuration.write_text(f'listen: "127.0.0.1:{self.port}"\nhttp: "{self.monitor.removeprefix("http://")}"\n'
                                 f'jetstream {{ store_dir: "{home.path}/nats" }}\n')
        self.process = processes.Process(["nats-server", "--config", configuration], home.log("nats"), batch=True)
        self.process.await_(lambda: web.answers(self.monitor + "/healthz"), "starting")

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def bytes(self, stream: str) -> int:
        accounts = web.get_json(self.monitor + "/jsz?streams=true").get("account_details", [])
        return sum(s["state"]["bytes"] for a in accounts for s in a.get("stream_detail", []) if s["name"] == stream)


class Nginx:
    """One worker; answers 204 to everything but /files/."""

    def __init__(self, home: Home):
        self.port = processes.free_port()
        self.files = home.path / "files"
        self.files.mkdir()
        configuration = home.path / "nginx.conf"
        configuration.write_text(NGINX.format(home=home.path, port=self.port))
        self.process = processes.Process(["nginx", "-e", "stderr", "-p", home.path, "-c", configuration],
                                         home.log("nginx"), parting=signal.SIGQUIT)
        self.process.await_(lambda: web.answers(self.url), "starting")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def silent_listener():
    """Accepts connections and never answers: the kernel takes them, and nobody reads. Yields its URL."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(4096)
        yield f"http://127.0.0.1:{s.getsockname()[1]}"
