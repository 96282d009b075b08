"""Servers for a measure, besides the PostgreSQL and the nats-server of tools/private_servers."""

import contextlib
import pathlib
import shutil
import signal
import socket
import tempfile

import processes
import web
from private_servers.nats import Nats

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
    """A folder that the user postgres can access, removed at the end."""

    def __init__(self, parent: str):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tidings-bench-", dir=parent))
        self.path.chmod(0o755)

    def log(self, name: str) -> pathlib.Path:
        return self.path / f"{name}.log"

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def bytes_of(nats: Nats, stream: str) -> int:
    accounts = web.get_json(nats.monitor + "/jsz?streams=true").get("account_details", [])
    return sum(s["state"]["bytes"] for a in accounts for s in a.get("stream_detail", []) if s["name"] == stream)


class Nginx:
    """One worker; answers 204 to everything but /files/."""

    def __init__(self, home: Home):
        self.port = processes.free_port()
        self.files = home.path / "files"
        self.files.mkdir()
        configuration = home.path / "nginx.conf"
        configuration.write_text(NGINX.format(home=home.path, port=self.port))
        self.process = processes.Process(
            ["nginx", "-e", "stderr", "-p", home.path, "-c", configuration],
            home.log("nginx"),
            stop_signal=signal.SIGQUIT,
        )
        self.process.wait_until(lambda: web.answers(self.url), "starting")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def silent_listener():
    """Accepts connections and never answers: the kernel takes them, and nothing reads. Yields its URL."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(4096)
        yield f"http://127.0.0.1:{s.getsockname()[1]}"
