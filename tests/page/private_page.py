"""The page's nginx as render.sh makes it, on a port of its own."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

from private_servers.ports import free_port  # noqa: E402

RENDER = ROOT / "services/todo-fe/nginx/render.sh"


class Page:
    """For one test case, which it ends with."""

    def __init__(self, case, **settings):
        self.folder = pathlib.Path(case.enterContext(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)  # the workers run as another user if this is root
        (self.folder / "page").mkdir()
        (self.folder / "page/index.html").write_text("page")
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "NGINX_DIR": str(self.folder / "nginx"),
            "DIST_DIR": str(self.folder / "page"),
            "WORKERS": "1",
            "PORT": str(self.port),
            "METRICS_PORT": str(free_port()),
            "LISTEN_HOST": "127.0.0.1",
            "ACCESS_LOG": "off",
            "BACKEND_URL": "http://127.0.0.1:1",
            "BROADCASTER_URL": "http://127.0.0.1:1",
        } | settings
        self.case = case

    def render(self):
        return subprocess.run([RENDER], env=self.environment, capture_output=True, text=True, timeout=20)

    def start(self):
        done = self.render()
        self.case.assertEqual(done.returncode, 0, done.stderr)
        nginx = subprocess.Popen(
            ["nginx", "-c", self.folder / "nginx/nginx.conf", "-e", "stderr", "-g", "daemon off;"],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        self.case.addCleanup(nginx.wait)
        self.case.addCleanup(nginx.terminate)

    def connect(self):
        until = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=5)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
