"""The real programs, small: PostgreSQL, nats-server, receiver, todo-be, broadcaster, the page's nginx (with a page of
one line)."""

import contextlib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from private_servers.folder import Folder, in_memory
from private_servers.nats import Nats, answers
from private_servers.ports import free_port
from private_servers.postgres import Postgres
from private_servers.process import Process

BIN = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR") or ROOT / "build" / "release") / "bin"
TOKEN = "token-of-this-test"
SECRET = "whsec_dGhpcyBpcyBhIHNlY3JldCBvZiAzMiBieXRlcyEhIQ=="


class Stack:
    """with Stack() as s: s.page, s.metrics, s.receiver are URLs; s.processes[name] may be stopped."""

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
        self.processes = {}
        self.database = Postgres(self.home / "postgres")
        self._exit.callback(self.database.stop)
        nats = Nats(self.home / "nats")
        self._exit.callback(nats.stop)
        names = "be be_metrics hooks hooks_metrics receiver receiver_metrics page page_metrics".split()
        port = {name: free_port() for name in names}
        self.url = {name: f"http://127.0.0.1:{number}" for name, number in port.items()}
        self._run_programs(port, nats.url)
        self._run_nginx(port)
        self.page, self.receiver = self.url["page"] + "/", self.url["receiver"]
        self.metrics = ",".join(self.url[name] + "/metrics" for name in ("be_metrics", "hooks_metrics", "page_metrics"))

    def _run_programs(self, port, nats_url):
        self._run(
            "receiver",
            [BIN / "receiver"],
            self.url["receiver"] + "/stats",
            PORT=port["receiver"],
            METRICS_PORT=port["receiver_metrics"],
            RECEIVER_SECRET=SECRET,
        )
        self._run(
            "todo-be",
            [BIN / "todo-be"],
            self.url["be"] + "/readyz",
            PORT=port["be"],
            METRICS_PORT=port["be_metrics"],
            DATABASE_URL=self.database.url(),
            NATS_URL=nats_url,
        )
        self._run(
            "broadcaster",
            [BIN / "broadcaster"],
            self.url["hooks"] + "/readyz",
            PORT=port["hooks"],
            METRICS_PORT=port["hooks_metrics"],
            NATS_URL=nats_url,
            API_TOKEN=TOKEN,
            ALLOW_PRIVATE_ADDRESSES="true",
            WEBHOOK_URL=self.url["receiver"] + "/hook",
            WEBHOOK_SECRET=SECRET,
        )

    def _run_nginx(self, port):
        page = pathlib.Path(self.home, "page")
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>Tidings</title>\n", encoding="utf-8")
        folder = f"{self.home}/nginx"
        environment = dict(
            os.environ,
            NGINX_DIR=folder,
            DIST_DIR=str(page),
            PORT=str(port["page"]),
            LISTEN_HOST="127.0.0.1",
            METRICS_PORT=str(port["page_metrics"]),
            BACKEND_URL=self.url["be"],
            BROADCASTER_URL=self.url["hooks"],
            NGINX_USER="root",
            ACCESS_LOG="off",
            WORKERS="1",
            API_TOKEN="",
        )
        subprocess.run([ROOT / "services/todo-fe/nginx/render.sh"], env=environment, check=True)
        self._run(
            "nginx",
            ["nginx", "-e", "stderr", "-c", f"{folder}/nginx.conf", "-g", "daemon off;"],
            self.url["page"] + "/healthz",
        )

    def _run(self, name, command, ready, **environment):
        self.processes[name] = Process(command, self.home / f"{name}.log", environment)
        self._exit.callback(self.stop, name)
        self.processes[name].wait_until(lambda: answers(ready), "becoming ready")

    def stop(self, name):
        self.processes[name].stop()
