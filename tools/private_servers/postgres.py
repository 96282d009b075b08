"""PostgreSQL with the superuser and the database "tidings"."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from .ports import free_port
from .process import AS_POSTGRES, Process, give_to_postgres

INSTALLED = pathlib.Path("/usr/lib/postgresql")
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


def programs(data=None):
    """The folder of the version that created `data`, else of the newest."""
    made_by = pathlib.Path(data, "PG_VERSION") if data else None
    if made_by and made_by.exists():
        return INSTALLED / made_by.read_text(encoding="ascii").strip() / "bin"
    found = [p for p in INSTALLED.glob("*/bin") if (p / "initdb").exists()]
    if not found:
        raise RuntimeError("PostgreSQL's server is not installed here (Debian package postgresql)")
    return max(found, key=lambda p: int(p.parent.name))


def create_cluster(data, password=None, options=()):
    """`data` must not exist. Without a password everyone who reaches the server is trusted. Needs no port."""
    data, new = pathlib.Path(data), pathlib.Path(f"{data}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    give_to_postgres(new)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(password or "")
        file.flush()
        give_to_postgres(file.name)
        access = ["--auth=scram-sha-256", f"--pwfile={file.name}"] if password else ["--auth=trust"]
        _run_as_postgres(
            [
                programs() / "initdb",
                "-D",
                new,
                "-U",
                "tidings",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                *access,
                *options,
            ]
        )
    _run_as_postgres([programs() / "postgres", "--single", "-D", new, "postgres"], "create database tidings\n")
    new.rename(data)


def _run_as_postgres(command, text=""):
    done = subprocess.run(
        ["setpriv", *AS_POSTGRES, "--", *map(str, command)],
        input=text,
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{pathlib.Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def command(data, port=None, options=()):
    """On 127.0.0.1:`port`, or on a Unix socket in the folder of `data` only."""
    where = {
        "listen_addresses": "127.0.0.1" if port else "",
        "unix_socket_directories": "" if port else pathlib.Path(data).parent,
    }
    settings = [o for name, value in where.items() for o in ("-c", f"{name}={value}")]
    return [programs(data) / "postgres", "-D", data, *(["-p", port] if port else []), *settings, *options]


class Postgres:
    """Runs on `data`, which is created if it is not there. `durable`: it survives a power cut.
    `on_socket`: no port; who may enter the folder of `data` may enter the database. Else `port`, or a free one."""

    def __init__(self, data, *, password=None, options=(), durable=False, on_socket=False, port=None):
        self.data, self.password = pathlib.Path(data), password
        self.options = [*options] if durable else ["-c", "fsync=off", *options]
        self.port = None if on_socket else port or free_port()
        if not self.data.exists():
            create_cluster(self.data, password, () if durable else ("--no-sync",))
        self.start()

    def start(self):
        self.process = Process(
            command(self.data, self.port, self.options),
            self.data.parent / "postgres.log",
            as_postgres=True,
            stop_signal=FAST,
        )
        host = ["-h", "127.0.0.1", "-p", str(self.port)] if self.port else ["-h", self.data.parent]
        ready = [programs(self.data) / "pg_isready", "-q", *host]
        self.process.wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "starting")

    def url(self, database="tidings"):
        if not self.port:
            return f"postgresql://tidings@/{database}?host={self.data.parent}"
        return f"postgresql://tidings{f':{self.password}' if self.password else ''}@127.0.0.1:{self.port}/{database}"

    def sql(self, text, database="tidings"):
        """What psql prints: rows of values with | between them."""
        psql = [programs(self.data) / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.url(database)]
        done = subprocess.run(
            psql,
            input=text,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={"PGOPTIONS": "-c client_min_messages=warning", "LANG": os.environ.get("LANG", "C.UTF-8")},
        )
        if done.returncode:
            raise RuntimeError(f"psql failed: {done.stderr[-2000:]}")
        return done.stdout.strip()

    def recreate(self, database="tidings"):
        """Empty."""
        for change in ("drop database if exists", "create database"):
            self.sql(f"{change} {database}", "postgres")

    def stop(self):
        self.process.stop()

    def crash(self):
        """Stops all writes. (After a SIGKILL its children would hold the port for a while.)"""
        self.process.end(IMMEDIATE)
