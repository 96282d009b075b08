"""The real programs, small: PostgreSQL, nats-server, receiver, todo-be, broadcaster, the page's nginx (with a page of one line)."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from release.scratch_postgres import ScratchPostgres  # noqa: E402

BIN = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR") or ROOT / "build" / "release") / "bin"
TOKEN = "token-of-this-test"
SECRET = "whsec_dGhpcyBpcyBhIHNlY3JldCBvZiAzMiBieXRlcyEhIQ=="
_claims = []


def free_port():
    """As tests/support/free_port.cpp: an abstract socket per port keeps test programs apart."""
    for n in range(20000):
        port = 10240 + (os.getpid() * 61 + len(_claims) + n) % 20000
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0tidings-port-{port}")
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("127.0.0.1", port))
            _claims.append(claim)
            return port
        except OSError:
            claim.close()
    raise RuntimeError("no free port")


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
        self.home = tempfile.mkdtemp(prefix="tidings-tools-test-")
        self._exit.callback(shutil.rmtree, self.home, ignore_errors=True)
        self.processes = {}
        self.database = self._exit.enter_context(ScratchPostgres())
        names = "nats monitor be be_metrics hooks hooks_metrics receiver receiver_metrics page page_metrics".split()
        port = {name: free_port() for name in names}
        self.url = {name: f"http://127.0.0.1:{number}" for name, number in port.items()}
        nats = f"nats://127.0.0.1:{port['nats']}"
        self._run("nats", ["nats-server", "-a", "127.0.0.1", "-p", port["nats"], "-m", port["monitor"], "-js", "-sd", self.home],
                  self.url["monitor"] + "/healthz")
        self._run("receiver", [BIN / "receiver"], self.url["receiver"] + "/stats", PORT=port["receiver"],
                  METRICS_PORT=port["receiver_metrics"], RECEIVER_SECRET=SECRET)
        self._run("todo-be", [BIN / "todo-be"], self.url["be"] + "/readyz", PORT=port["be"], METRICS_PORT=port["be_metrics"],
                  DATABASE_URL=self.database.url(), NATS_URL=nats)
        self._run("broadcaster", [BIN / "broadcaster"], self.url["hooks"] + "/readyz", PORT=port["hooks"],
                  METRICS_PORT=port["hooks_metrics"], NATS_URL=nats, API_TOKEN=TOKEN, ALLOW_PRIVATE_ADDRESSES="true",
                  WEBHOOK_URL=self.url["receiver"] + "/hook", WEBHOOK_SECRET=SECRET)
        self._run_nginx(port)
        self.page, self.receiver = self.url["page"] + "/", self.url["receiver"]
        self.metrics = ",".join(self.url[name] + "/metrics" for name in ("be_metrics", "hooks_metrics", "page_metrics"))

    def _run_nginx(self, port):
        page = pathlib.Path(self.home, "page")
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>Tidings</title>\n", encoding="utf-8")
        folder = f"{self.home}/nginx"
        environment = dict(os.environ, NGINX_DIR=folder, DIST_DIR=str(page), PORT=str(port["page"]), LISTEN_HOST="127.0.0.1",
                           METRICS_PORT=str(port["page_metrics"]), BACKEND_URL=self.url["be"], BROADCASTER_URL=self.url["hooks"],
                           NGINX_USER="root", ACCESS_LOG="off", WORKERS="1", API_TOKEN="")
        subprocess.run([ROOT / "services/todo-fe/nginx/render.sh"], env=environment, check=True)
        self._run("nginx", ["nginx", "-e", "stderr", "-c", f"{folder}/nginx.conf", "-g", "daemon off;"], self.url["page"] + "/healthz")

    def _run(self, name, command, ready, **environment):
        log = pathlib.Path(self.home, f"{name}.log")
        plain = {"PATH": os.environ["PATH"] + ":/usr/sbin", "LANG": "C.UTF-8"}
        with open(log, "wb") as out:
            process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *(str(a) for a in command)], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                       env=plain | {k: str(v) for k, v in environment.items()})
        self.processes[name] = process
        self._exit.callback(self.stop, name)
        until = time.monotonic() + 30
        while not answers(ready):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{name} does not start: {log.read_text(errors='replace')[-1500:]}")
            time.sleep(0.05)

    def stop(self, name):
        process = self.processes[name]
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False
