"""Real PostgreSQL, nats-server and programs of this build, in a temporary folder."""
import atexit
import contextlib
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.request

from rendered import REPOSITORY

sys.path.append(str(REPOSITORY / "tools"))

from private_servers.folder import Folder, in_memory  # noqa: E402
from private_servers.postgres import Postgres, create_cluster, programs  # noqa: E402
from private_servers.process import AS_POSTGRES, give_to_postgres  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", REPOSITORY / "build" / "release"))
MIGRATIONS = sorted((REPOSITORY / "services" / "todo-be" / "migrations").glob("*.sql"))
PASSWORD = "test-only"


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


class folder(Folder):
    """With copies of scripts, like a mounted ConfigMap. In memory, if possible: PostgreSQL syncs a lot."""

    def __init__(self):
        super().__init__("parts", in_memory())

    def give(self, path):
        return give_to_postgres(path)

    def make(self, name):
        (self.path / name).mkdir(exist_ok=True)
        return self.give(self.path / name)

    def copy_of(self, scripts):
        target = self.make(scripts.name + "-copy")
        for file in scripts.iterdir():
            if file.is_file():
                shutil.copy(file, target)
        return target


@functools.cache
def migrated_cluster():
    """The data of a cluster with the migrations of todo-be, to be copied."""
    kept = folder()
    atexit.register(kept.remove)
    data = kept.path / "postgres"
    create_cluster(data, PASSWORD, ("--no-sync", "--wal-segsize=1"))
    first = Postgres(data, password=PASSWORD)
    for file in MIGRATIONS:
        first.sql(file.read_text())
    first.stop()
    return data


class postgres(Postgres):
    """With the migrations of todo-be. `own_identity`: with a system identifier different from the others."""

    def __init__(self, where, name="postgres", options=(), own_identity=False):
        if own_identity:
            migrated_cluster.cache_clear()
        subprocess.run(["cp", "-a", migrated_cluster(), where.path / name], check=True)
        super().__init__(where.path / name, password=PASSWORD, options=options, durable=True)

    def environment(self):
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "tidings",
            "PGDATABASE": "tidings",
            "PGPASSWORD": PASSWORD,
            "PATH": f"{programs()}:{os.environ['PATH']}",
        }


def script(path, environment, *arguments, check=True):
    """Runs a script of a component as the PostgreSQL user, with a clean environment."""
    run = subprocess.run(
        ["setpriv", *AS_POSTGRES, "--", str(path), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd="/",
        env={k: str(v) for k, v in environment.items()},
        timeout=120,
    )
    if check and run.returncode:
        raise AssertionError(f"{path.name}: {run.stdout}{run.stderr}")
    return run
