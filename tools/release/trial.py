"""A migration tried on a copy of a database, which the migration never touches."""

import os
import time
import urllib.parse

from . import programs
from .failure import Failure
from .scratch_postgres import ScratchPostgres

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


def try_migration(database_url, todo_be):
    url, environment = without_password(database_url)
    with ScratchPostgres() as copy:
        dump = f"{copy.folder}/dump"
        programs.run([copy.bin / "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", f"--dbname={url}"],
                     timeout=DUMP_TIMEOUT, env=environment | {"PGCONNECT_TIMEOUT": "10"})
        programs.run([copy.bin / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={copy.url()}", dump], timeout=DUMP_TIMEOUT)
        before = _applied(copy)
        begin = time.monotonic()
        plain = {"PATH": os.environ["PATH"], "DATABASE_URL": copy.url(), "LOG_FORMAT": "text"}
        programs.run([todo_be, "--migrate-only"], timeout=MIGRATION_TIMEOUT, env=plain)
        seconds = time.monotonic() - begin
        new = sorted(_applied(copy) - before)
    return f"{' '.join(new) or 'nothing to migrate'}, {seconds:.1f} s on a copy"


def _applied(copy):
    there = copy.sql("tidings", "select to_regclass('schema_migrations') is not null").strip()
    return set(copy.sql("tidings", APPLIED).split()) if there == "t" else set()
