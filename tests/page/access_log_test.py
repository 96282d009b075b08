"""The page's nginx logs one line of JSON per request, whatever its path, without terminal control characters."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

from private_servers.ports import free_port


class AccessLog(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)  # the workers run as another user if this is root
        (folder / "page").mkdir()
        (folder / "page/index.html").write_text("page")
        self.log, self.port = folder / "access.log", free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "NGINX_DIR": str(folder / "nginx"),
            "DIST_DIR": str(folder / "page"),
            "WORKERS": "1",
            "PORT": str(self.port),
            "METRICS_PORT": str(free_port()),
            "LISTEN_HOST": "127.0.0.1",
            "ACCESS_LOG": str(self.log),
            "BACKEND_URL": "http://127.0.0.1:1",
            "BROADCASTER_URL": "http://127.0.0.1:1",
        }
        render = ROOT / "services/todo-fe/nginx/render.sh"
        subprocess.run([render], env=environment, check=True)
        nginx = subprocess.Popen(
            ["nginx", "-c", folder / "nginx/nginx.conf", "-e", "stderr", "-g", "daemon off;"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)

    def connect(self):
        until = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=5)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def path_of(self, target):
        """Requests the bytes of `target`; returns the logged path."""
        before = self.lines()
        with self.connect() as s:
            s.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: page\r\nConnection: close\r\n\r\n")
            while s.recv(65536):
                pass
        until = time.monotonic() + 20
        while len(lines := self.lines()) == len(before) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertEqual(len(lines), len(before) + 1)
        self.assertTrue(lines[-1].isascii(), lines[-1])
        self.assertTrue(lines[-1].decode().isprintable(), lines[-1])
        return json.loads(lines[-1])["path"]

    def lines(self):
        return self.log.read_bytes().splitlines() if self.log.exists() else []

    def test_a_path_is_logged_as_sent_without_its_query(self):
        for target, path in (
            (b"/", "/"),
            (b"/?token=hush", "/"),
            (b"/a%20b?c?d", "/a%20b"),
            (b'/"\\', '/"\\'),
            (b"/%1b[2J%0a", "/%1b[2J%0a"),  # escape and line feed
            (b"/%C2%9B2J", "/%C2%9B2J"),  # C1
            (b"/%E2%80%AE", "/%E2%80%AE"),  # right to left
            (b"/%ff", "/%ff"),  # not UTF-8
            (b"/?%C2%9B", "/"),
        ):
            with self.subTest(target):
                self.assertEqual(self.path_of(target), path)

    def test_a_path_with_unprintable_bytes_is_not_logged(self):
        for target in (b"/\xc2\x9b2J", b"/\xe2\x80\xae", b"/\x9b", b"/\xff\xfe"):
            with self.subTest(target):
                self.assertEqual(self.path_of(target), "(not printable)")
        self.assertEqual(self.path_of(b"/?\xc2\x9b"), "/")


if __name__ == "__main__":
    unittest.main()
