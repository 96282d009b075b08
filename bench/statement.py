"""The reference of the write path: todo-be's own create statement, as a pgbench script of one row per transaction."""

import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parent.parent / "services" / "todo-be"

# The value of each column. Ids rise together over all clients, as version 7 UUIDs do; `kind` keeps those of events
# apart.
ID = "array[lpad(to_hex(:n::bigint * 1000 + :client_id::bigint), 32, '{kind}')::uuid]"
COLUMNS = {
    "id": ID.format(kind="0"),
    "todo_id": ID.format(kind="0"),
    "owner": "array[1]::bigint[]",
    "event_id": ID.format(kind="1"),
    "title": "array[:title]::text[]",
    "done": "array[false]",
    "place": "array[null]::bigint[]",
    "exact": "array[null]::double precision[]",
    "due": "array[null]::timestamptz[]",
    "whole_day": "array[false]",
    "time_zone": "array[null]::text[]",
    "priority": "array['none']::text[]",
    "labels": "array['{}']::text[]",
    "notes": "array['']::text[]",
    "parent": "array[null]::uuid[]",
    "recurrence": "array[null]::text[]",
    "made_at": "array[now()]::timestamptz[]",
    "done_at": "array[null]::timestamptz[]",
    "payload": "array[:payload]::text[]",
}


def last_create(postgres, database: str) -> str:
    """The statement that todo-be has just sent, as shown by PostgreSQL."""
    sql = postgres.sql("select query from pg_stat_activity where application_name = 'todo-be writer'", database)
    if not sql.startswith("with ") or not sql.endswith("from logged"):
        raise RuntimeError(f"not a whole create statement (pg_stat_activity cuts at track_activity_query_size): {sql}")
    return sql


def column_of_each_parameter(sql: str) -> dict[str, str]:
    columns = {}
    for parameters, names in re.findall(r"unnest\(([^()]*)\)\s*as \w+ \(([^)]*)\)", sql):
        for parameter, name in zip(parameters.split(","), names.split(","), strict=True):
            columns[re.search(r"\$\d+", parameter).group(0)] = name.strip()
    return columns


def pgbench_script(create: str) -> str:
    # Announcing each transaction takes a lock that serialises commits: without it the reference is the stronger one.
    sql = re.sub(r",\s*\(select pg_notify\(.*?\) from logged\)", "", create)
    columns = column_of_each_parameter(sql)
    sql = re.sub(r"(\$\d+)(::\w+\[\])?", lambda found: COLUMNS[columns[found.group(1)]], sql)
    return "\\set n :n + 1\n" + " ".join(sql.split()) + ";\n"


def migrations() -> list[pathlib.Path]:
    return sorted((SOURCES / "migrations").glob("[0-9]*.sql"))
