"""Real PostgreSQL, nats-server and programs of this build, on free loopback ports, in a folder that goes with them."""
import atexit
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from rendered import REPOSITORY

BUILD = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", REPOSITORY / "build" / "release"))
MIGRATIONS = sorted((REPOSITORY / "services" / "todo-be" / "migrations").glob("*.sql"))
POSTGRES = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
# PostgreSQL refuses to run as root.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
PASSWORD = "test-only"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def eventually(what, check, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if found := check():
                return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def fetch(url, **request):
    with urllib.request.urlopen(urllib.request.Request(url, **request), timeout=10) as answer:
        return answer.read().decode()


class folder:
    """A folder that the user postgres may use, with copies of scripts, as a mounted ConfigMap has them."""

    def __init__(self):
        # In memory, where there is some: PostgreSQL syncs a lot, and the disk's speed is not what is tested.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2**30 else None
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tidings-parts-", dir=memory))
        self.give(self.path)

    def give(self, path):
        if AS_POSTGRES:
            shutil.chown(path, "postgres", "postgres")
        return path

    def make(self, name):
        (self.path / name).mkdir(exist_ok=True)
        return self.give(self.path / name)

    def copy_of(self, scripts):
        target = self.make(scripts.name + "-copy")
        for file in scripts.iterdir():
            if file.is_file():
                shutil.copy(file, target)
        return target

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class child:
    def __init__(self, command, log, env=None):
        self.log = log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, cwd="/", env={**os.environ, **(env or {})},
                                            start_new_session=True)

    def await_answer(self, name, check):
        def answers():
            if self.process.poll() is not None:
                raise AssertionError(f"{name} ended:\n" + self.log.read_text()[-3000:])
            return check()

        eventually(f"{name} answers", answers)

    def stop(self, how="terminate"):
        if self.process.poll() is None:
            getattr(self.process, how)()
        self.process.wait(30)


class postgres:
    """A cluster of the user tidings with the database tidings and the migrations of todo-be."""

    template = None

    def __init__(self, where, name="postgres", options=(), own_identity=False):
        self.data, self.where, self.options = where.path / name, where, list(options)
        self.port = free_port()
        if own_identity:
            postgres.template = None
        if postgres.template is None:
            self.make_template()
        subprocess.run(["cp", "-a", postgres.template / "postgres", self.data], check=True)
        self.start()

    def make_template(self):
        kept = folder()
        atexit.register(kept.remove)
        password = kept.path / "password"
        password.write_text(PASSWORD)
        kept.give(password)
        first = postgres.__new__(postgres)
        first.data, first.where, first.options, first.port = kept.path / "postgres", kept, ["-c", "fsync=off"], self.port
        subprocess.run([*AS_POSTGRES, POSTGRES / "initdb", "-D", first.data, "-U", "tidings", "--auth=scram-sha-256",
                        f"--pwfile={password}", "--no-sync", "--wal-segsize=1"], check=True, capture_output=True, cwd="/")
        first.start()
        first.sql("create database tidings", database="postgres")
        for file in MIGRATIONS:
            first.sql(file.read_text())
        first.stop()
        postgres.template = kept.path

    def start(self):
        self.child = child([*AS_POSTGRES, POSTGRES / "postgres", "-D", self.data, "-p", str(self.port), "-c",
                            "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", *self.options],
                           self.where.path / "postgres.log")
        self.child.await_answer("PostgreSQL", lambda: subprocess.run(
            [POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0)

    def url(self, database="tidings"):
        return f"postgresql://tidings:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def make_anew(self):
        """Without tables, for a todo-be that keeps its own record of migrations."""
        for command in ("drop", "create"):
            self.sql(f"{command} database tidings", database="postgres")

    def environment(self):
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "tidings", "PGDATABASE": "tidings", "PGPASSWORD": PASSWORD,
                "PATH": f"{POSTGRES}:{os.environ['PATH']}"}

    def sql(self, text, database="tidings"):
        return subprocess.run([POSTGRES / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", self.url(database)], input=text, check=True,
                              capture_output=True, text=True, env={"PGOPTIONS": "-c client_min_messages=warning"}).stdout.strip()

    def crash(self):
        """Immediate: nothing is written any more. (After a SIGKILL its children would hold the port for a while.)"""
        if self.child.process.poll() is None:
            self.child.process.send_signal(signal.SIGQUIT)
        self.child.process.wait(30)

    def stop(self):
        self.child.process.send_signal(signal.SIGINT)  # fast
        self.child.process.wait(30)


class nats:
    def __init__(self, where, name="nats"):
        self.where, self.store = where, where.path / name
        self.port, self.monitor = free_port(), free_port()
        self.start()

    def start(self):
        self.child = child(["nats-server", "-a", "127.0.0.1", "-p", str(self.port), "-m", str(self.monitor), "-js", "-sd", str(self.store)],
                           self.where.path / "nats.log")
        self.child.await_answer("NATS", lambda: fetch(f"http://127.0.0.1:{self.monitor}/healthz"))

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def lose_everything(self):
        self.child.stop("kill")
        shutil.rmtree(self.store)
        self.start()

    def stop(self):
        self.child.stop()


def script(path, environment, *arguments, check=True):
    """Runs a script of a component as the user who may run PostgreSQL, with nothing else in its environment."""
    run = subprocess.run([*AS_POSTGRES, str(path), *map(str, arguments)], capture_output=True, text=True, cwd="/",
                         env={k: str(v) for k, v in environment.items()}, timeout=120)
    if check and run.returncode:
        raise AssertionError(f"{path.name}: {run.stdout}{run.stderr}")
    return run
