"""A migration tried on a copy of a database, which the migration never touches."""

import contextlib
import os
import re
import tempfile
import time
import urllib.parse

from private_servers import postgres
from private_servers.folder import Folder

from . import programs
from .failure import Failure

DUMP_TIMEOUT = 1800
MIGRATION_TIMEOUT = 660  # todo-be's own limit of a migration is 10 minutes
APPLIED = "select coalesce(string_agg(name, ' ' order by name), '') from schema_migrations"


def without_password(url):
    """(url, environment): what is in the arguments of a program, everybody on the machine can read."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Failure("the database is given as postgresql://user:password@host/name")
    if not parts.password:
        return url, dict(os.environ)
    user, _, place = parts.netloc.rpartition("@")
    plain = parts._replace(netloc=f"{user.partition(':')[0]}@{place}").geturl()
    return plain, os.environ | {"PGPASSWORD": urllib.parse.unquote(parts.password)}


def must_be_readable(client, server):
    """pg_dump refuses a newer server. `client`: what it says of its own version; `server`: server_version_num."""
    ours, theirs = int(re.search(r"\(PostgreSQL\) (\d+)", client)[1]), int(server) // 10000
    if ours < theirs:
        raise Failure(
            f"the database is PostgreSQL {theirs}, pg_dump here is of {ours} and would refuse it: install "
            f"postgresql-{theirs} (Debian 13 has 17), with its server, for the copy"
        )


def try_migration(database_url, todo_be):
    url, environment = without_password(database_url)
    environment |= {"PGCONNECT_TIMEOUT": "10"}
    with tempfile.TemporaryDirectory(prefix="tidings-dump-") as folder, private_postgres() as copy:
        dump, installed = f"{folder}/dump", postgres.programs()
        asked = ["-XAtc", "show server_version_num", f"--dbname={url}"]
        server = programs.run([installed / "psql", *asked], timeout=30, env=environment)
        must_be_readable(programs.run([installed / "pg_dump", "--version"], timeout=30), server)
        programs.run(
            [
                installed / "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--file={dump}",
                f"--dbname={url}",
            ],
            timeout=DUMP_TIMEOUT,
            env=environment,
        )
        programs.run(
            [installed / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={copy.url()}", dump],
            timeout=DUMP_TIMEOUT,
        )
        before = _applied(copy)
        begin = time.monotonic()
        plain = {"PATH": os.environ["PATH"], "DATABASE_URL": copy.url(), "LOG_FORMAT": "text"}
        programs.run([todo_be, "--migrate-only"], timeout=MIGRATION_TIMEOUT, env=plain)
        seconds = time.monotonic() - begin
        new = sorted(_applied(copy) - before)
    return f"{' '.join(new) or 'nothing to migrate'}, {seconds:.1f} s on a copy"


@contextlib.contextmanager
def private_postgres():
    """An empty database on a Unix socket that only we and the user postgres can reach; gone at the end."""
    with Folder("pg") as folder:
        try:
            server = postgres.Postgres(folder.path / "data", on_socket=True)
            try:
                yield server
            finally:
                server.stop()
        except RuntimeError as wrong:
            raise Failure(f"the PostgreSQL for the copy: {wrong}") from None


def _applied(copy):
    there = copy.sql("select to_regclass('schema_migrations') is not null")
    return set(copy.sql(APPLIED).split()) if there == "t" else set()
