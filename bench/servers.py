"""Servers for a measure, besides the PostgreSQL and the nats-server of tools/private_servers."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import tempfile

import processes
import web
from private_servers.nats import Nats

NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/nginx.log;
worker_cpu_affinity {cores};
worker_rlimit_nofile 20000;
events {{ worker_connections 19000; }}
http {{
    access_log off; sendfile on; tcp_nopush on; default_type application/json;
    client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;
    scgi_temp_path {home}/s;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {home}/files;
        location / {{ return 204; }}
        location /files/ {{ root {home}; }}
        location /choosy/ {{ if ($http_webhook_id ~ ^refused-) {{ return 422; }} return 204; }}
        location = /status {{ stub_status; }}
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


def state_of(nats: Nats, stream: str):
    """Its messages, bytes and so on, as nats-server says."""
    accounts = web.get_json(nats.monitor + "/jsz?streams=true").get("account_details", [])
    return next((s["state"] for a in accounts for s in a.get("stream_detail", []) if s["name"] == stream), {})


class Nginx:
    """One worker; answers 204 to everything but /files/, and 422 to what fill_stream marked, below /choosy/. Bound to
    the last core: a receiver has a machine of its own, and does not take the sender's core whenever it wakes up."""

    def __init__(self, folder: pathlib.Path, log: pathlib.Path, bound: bool):
        self.port = processes.free_port()
        self.folder, self.log = folder, log
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        self.configuration = folder / "nginx.conf"
        cores = os.cpu_count()
        allowed = "1" + "0" * (cores - 1) if bound else "1" * cores  # a bit for each
        self.configuration.write_text(NGINX.format(home=folder, port=self.port, cores=allowed))
        self.start()

    def start(self) -> None:
        self.process = processes.Process(
            ["nginx", "-e", "stderr", "-p", self.folder, "-c", self.configuration], self.log, stop_signal=signal.SIGTERM
        )
        self.process.wait_until(lambda: web.answers(self.url), "starting")
        self._asked = 1

    def stop(self) -> None:
        self.process.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def requests(self) -> int:
        """Answered since its start, besides those of this question."""
        self._asked += 1
        text = web.get(self.url + "/status").decode()
        return int(re.search(r"^\s*\d+ \d+ (\d+)", text, re.MULTILINE).group(1)) - self._asked


@contextlib.contextmanager
def silent_listener():
    """Accepts connections and never answers: the kernel takes them, and nothing reads. Yields its URL."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen(4096)
        yield f"http://127.0.0.1:{s.getsockname()[1]}"
