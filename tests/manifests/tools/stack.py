"""Small and real: PostgreSQL, nats-server, receiver, todo-be, broadcaster, nginx (with a page of one line)."""

import contextlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from private_servers.folder import Folder, in_memory  # noqa: E402
from private_servers.nats import Nats, answers  # noqa: E402
from private_servers.ports import free_port  # noqa: E402
from private_servers.postgres import Postgres  # noqa: E402
from private_servers.process import Process  # noqa: E402

BIN = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR") or ROOT / "build" / "release") / "bin"
TOKEN = "token-of-this-test"
COMMIT = "c0ffee" * 6 + "c0ff"
SECRET = "whsec_dGhpcyBpcyBhIHNlY3JldCBvZiAzMiBieXRlcyEhIQ=="


class Stack:
    """with Stack() as s: s.page, s.metrics, s.receiver are URLs; s.processes[name] may be stopped."""

    def __init__(self, commit=COMMIT, login=""):
        """login: NAME:PASSWORD that the page asks for; then todo-be asks for TOKEN, and has users."""
        self.commit = commit  # as an image says it
        self.login = login

    def __enter__(self):
        self._exit = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            undo.callback(self._exit.close)
            self._start()
            undo.pop_all()
        return self

    def __exit__(self, *_):
        self._exit.close()

    def _start(self):
        self.home = self._exit.enter_context(Folder("tools-test", in_memory())).path
        self.processes, self._services = {}, {}
        self.database = Postgres(self.home / "postgres")
        self._exit.callback(self.database.stop)
        nats = Nats(self.home / "nats")
        self._exit.callback(nats.stop)
        names = "todo-be broadcaster receiver page".split()
        ports = {name: (free_port(), free_port()) for name in names}
        self.url = {name: f"http://127.0.0.1:{port}" for name, (port, _) in ports.items()}
        metrics = {name: f"http://127.0.0.1:{port}/metrics" for name, (_, port) in ports.items()}
        self._service("receiver", ports, "/stats", RECEIVER_SECRET=SECRET)
        asked = {"API_TOKEN": TOKEN, "IDENTITY": "on"} if self.login else {}
        self._service("todo-be", ports, "/readyz", DATABASE_URL=self.database.url(), NATS_URL=nats.url, **asked)
        hook = {
            "WEBHOOK_URL": self.url["receiver"] + "/hook",
            "WEBHOOK_SECRET": SECRET,
            "ALLOW_PRIVATE_ADDRESSES": "true",
        }
        self._service("broadcaster", ports, "/readyz", NATS_URL=nats.url, API_TOKEN=TOKEN, **hook)
        self._run_nginx(*ports["page"])
        self.page, self.receiver = self.url["page"] + "/", self.url["receiver"]
        self.metrics = ",".join(metrics[name] for name in ("todo-be", "broadcaster", "page"))

    def _service(self, name, ports, ready, **environment):
        port, metrics_port = ports[name]
        self._services[name] = (ready, environment | {"PORT": port, "METRICS_PORT": metrics_port})
        self.start(name)

    def start(self, name, **more):
        """Also again, after stop(), with other settings."""
        ready, environment = self._services[name]
        self._run(name, [BIN / name], self.url[name] + ready, **(environment | more))

    def _run_nginx(self, port, metrics_port):
        page = pathlib.Path(self.home, "page")
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>Tidings</title>\n", encoding="utf-8")
        folder = f"{self.home}/nginx"
        environment = dict(
            os.environ,
            NGINX_DIR=folder,
            DIST_DIR=str(page),
            PORT=str(port),
            LISTEN_HOST="127.0.0.1",
            METRICS_PORT=str(metrics_port),
            BACKEND_URL=self.url["todo-be"],
            BROADCASTER_URL=self.url["broadcaster"],
            NGINX_USER="root",
            ACCESS_LOG="off",
            WORKERS="1",
            API_TOKEN="",
        )
        if self.login:
            file = pathlib.Path(self.home, "login")
            name, _, password = self.login.partition(":")
            file.write_text(f"{name}:{{PLAIN}}{password}\n", encoding="utf-8")
            environment |= {"API_TOKEN": TOKEN, "LOGIN_FILE": str(file)}
        subprocess.run([ROOT / "services/todo-fe/nginx/render.sh"], env=environment, check=True)
        self._run(
            "nginx",
            ["nginx", "-e", "stderr", "-c", f"{folder}/nginx.conf", "-g", "daemon off;"],
            self.url["page"] + "/healthz",
        )

    def _run(self, name, command, ready, **environment):
        environment.setdefault("TIDINGS_COMMIT", self.commit)
        self.processes[name] = Process(command, self.home / f"{name}.log", environment)
        self._exit.callback(self.stop, name)
        self.processes[name].wait_until(lambda: answers(ready), "becoming ready")

    def stop(self, name):
        self.processes[name].stop()
