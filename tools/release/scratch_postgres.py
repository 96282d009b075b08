"""A private PostgreSQL of our own: on a unix socket in a temporary folder, gone at the end."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from . import programs
from .failure import Failure

START_TIMEOUT = 60


def newest_programs():
    found = [p for p in pathlib.Path("/usr/lib/postgresql").glob("*/bin") if (p / "initdb").exists()]
    if not found:
        raise Failure("PostgreSQL's server is not installed here (Debian package postgresql): no place for a copy")
    return max(found, key=lambda p: int(p.parent.name))


class ScratchPostgres:
    """with ScratchPostgres() as server: server.url("tidings") is an empty database, superuser tidings."""

    def __enter__(self):
        self.bin = newest_programs()
        self.folder = tempfile.mkdtemp(prefix="tidings-pg-")
        self.server = None
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
        data = f"{self.folder}/data"
        programs.run([self.bin / "initdb", "-D", data, "-U", "tidings", "--auth=trust", "--no-sync", "--encoding=UTF8",
                      "--locale=C.UTF-8"], timeout=START_TIMEOUT, cwd="/", user=self.user)
        more = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with open(f"{self.folder}/log", "wb") as log:
            # A copy is thrown away: it need not survive a power cut.
            self.server = subprocess.Popen(
                [self.bin / "postgres", "-D", data, "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}",
                 "-c", "fsync=off"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **more)
        until = time.monotonic() + START_TIMEOUT
        while subprocess.run([self.bin / "pg_isready", "-q", "-h", self.folder], check=False).returncode != 0:
            if self.server.poll() is not None or time.monotonic() > until:
                raise Failure(f"the private PostgreSQL does not start: {pathlib.Path(self.folder, 'log').read_text()[-500:]}")
            time.sleep(0.05)
        self.sql("postgres", "create database tidings")

    def url(self, database="tidings"):
        return f"postgresql://tidings@/{database}?host={self.folder}"

    def sql(self, database, command):
        return programs.run([self.bin / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", command, self.url(database)], timeout=60)

    def __exit__(self, *_):
        if self.server:
            self.server.send_signal(2)  # SIGINT: fast shutdown
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                self.server.send_signal(3)  # SIGQUIT: immediate shutdown
                self.server.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
