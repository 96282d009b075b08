"""A stack of ./dev is for this machine only: no process of it listens where another machine could reach it, and no
name of
another's that leads here gets anything, although the page's nginx adds the token."""

import os
import pathlib
import re
import subprocess
import unittest
import urllib.error
import urllib.request

RUN_DIR = pathlib.Path(os.environ["TIDINGS_RUN_DIR"])
LISTENERS = {"postgres": 1, "nats": 2, "receiver": 2, "todo-be": 2, "broadcaster": 2, "nginx": 2}


def parent(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def listening():
    """(address, pid) of every listening TCP socket that has a process of ours to see."""
    lines = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True, timeout=30).stdout.splitlines()
    return [(line.split()[3].rpartition(":")[0], int(pid)) for line in lines for pid in re.findall(r"pid=(\d+)", line)]


class Loopback(unittest.TestCase):
    def test_every_socket_of_the_stack_is_on_loopback(self):
        sockets = listening()
        for component, least in LISTENERS.items():
            master = int((RUN_DIR / "pids" / component).read_text(encoding="utf-8").split()[0])
            addresses = [address for address, pid in sockets if master in (pid, parent(pid))]
            self.assertGreaterEqual(len(addresses), least, component)
            self.assertEqual({a for a in addresses if a not in ("127.0.0.1", "[::1]")}, set(), component)

    def test_dns_rebinding_gets_nothing(self):
        url = f"{os.environ['API_URL']}/todos"
        with urllib.request.urlopen(url, timeout=10) as response:
            self.assertEqual(response.status, 200)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, headers={"Host": "evil.example"}), timeout=10)
        self.assertEqual(refused.exception.code, 421)


if __name__ == "__main__":
    unittest.main()
