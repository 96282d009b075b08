"""What the rules about sizes (policy/sizes.py) count with, held against a real PostgreSQL and a real todo-be."""

import concurrent.futures
import datetime
import json
import pathlib
import unittest
import urllib.request

from deployed_nats import config_of, container, overlay
from policy import sizes
from servers import BUILD, eventually, fetch, folder, postgres

from private_servers.ports import free_port
from private_servers.process import Process

OF_TODO_BE = (
    "from pg_stat_activity where application_name like 'todo-be %' and application_name <> 'todo-be migrations'"
)
AS_JSON = {"Content-Type": "application/json"}
TOMORROW = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


class a_database(unittest.TestCase):
    def setUp(self):
        self.folder = folder()
        self.addCleanup(self.folder.remove)
        arguments = container("postgres", "production")[0]["args"]
        parameters = [a for a in arguments if "=" in a and not a.startswith("hba_file=")]
        self.database = postgres(self.folder, options=[o for p in parameters for o in ("-c", p)])
        self.addCleanup(self.database.crash)

    def shows(self, name):
        return self.database.sql(f"select current_setting('{name}')")

    def test_has_the_deployed_sizes_and_for_the_rest_those_that_are_counted_with(self):
        _, parameters, _, _ = next(sizes.servers(overlay("production")))
        self.assertEqual(self.shows("max_connections"), parameters["max_connections"])
        for name, bytes_ in (
            ("shared_buffers", sizes.size(parameters["shared_buffers"])),
            ("work_mem", sizes.WORK_MEM),
            ("maintenance_work_mem", sizes.MAINTENANCE),
        ):
            self.assertEqual(sizes.size(self.shows(name)), bytes_, name)
        for name, number in (
            ("hash_mem_multiplier", sizes.HASHES),
            ("autovacuum_max_workers", sizes.CLEANERS),
            ("max_parallel_workers", sizes.PARALLEL_WORKERS),
            ("superuser_reserved_connections", sizes.RESERVED),
        ):
            self.assertEqual(int(self.shows(name)), number, name)

    def test_has_no_more_connections_of_a_todo_be_than_are_counted_and_none_is_larger(self):
        url, pool = self.todo_be()
        self.all_are_open(url, pool, [{}], sizes.BESIDE_THE_POOL)

    def test_has_no_more_connections_of_a_todo_be_with_users_than_are_counted(self):
        url, pool = self.todo_be(IDENTITY="on", API_TOKEN="first-user")
        first = {"Authorization": "Bearer first-user"}
        wanted = {"scopes": ["todos:read", "todos:write", "lists"], "expires_at": TOMORROW}

        def token(n):
            made = fetch(
                f"{url}/api/tokens", data=json.dumps({"name": f"{n}"} | wanted).encode(), headers=first | AS_JSON
            )
            return {"Authorization": f"Bearer {json.loads(made)['token']}"}

        users = [token(n) for n in range(8)]
        self.all_are_open(url, pool, users, sizes.BESIDE_THE_POOL + sizes.OF_IDENTITY)

    def todo_be(self, **more):
        self.database.recreate()
        pool = int(config_of("production", "tidings-settings")["POOL_SIZE"])
        port = free_port()
        settings = {"PORT": port, "METRICS_PORT": 0, "DATABASE_URL": self.database.url(), "POOL_SIZE": pool} | more
        settings["NATS_URL"] = "nats://127.0.0.1:1"
        backend = Process([BUILD / "bin/todo-be"], self.folder.path / "log", {k: str(v) for k, v in settings.items()})
        self.addCleanup(backend.stop)
        url = f"http://127.0.0.1:{port}"
        eventually("todo-be answers", lambda: fetch(f"{url}/readyz"))
        return url, pool

    def all_are_open(self, url, pool, users, beside):
        """`users`: headers, by turns."""
        about = {"Accept": "text/event-stream"} | users[0]
        stream = urllib.request.Request(f"{url}/api/events?after=0", headers=about)
        self.addCleanup(urllib.request.urlopen(stream, timeout=30).close)

        def of(n):
            return users[n % len(users)]

        def names():
            with concurrent.futures.ThreadPoolExecutor(4 * pool) as workers:
                one = b'{"title": "one"}'
                list(
                    workers.map(lambda n: fetch(f"{url}/api/todos", data=one, headers=AS_JSON | of(n)), range(8 * pool))
                )
                list(workers.map(lambda n: fetch(f"{url}/api/todos?limit={n + 1}", headers=of(n)), range(16 * pool)))
                if len(users) > 1:  # tokens that are looked up together need one session; lists have no such way
                    list(workers.map(lambda n: fetch(f"{url}/api/lists", headers=of(n)), range(16 * pool)))
            found = self.database.sql(f"select application_name {OF_TODO_BE}").split("\n")
            return len(found) >= pool + beside and found

        found = eventually("each of its sessions is open", names)
        self.assertEqual(len(found), pool + beside, found)
        self.assertEqual(found.count("todo-be reader"), pool, found)
        for pid in self.database.sql(f"select pid {OF_TODO_BE}").split("\n"):
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            own = next(int(line.split()[1]) for line in rollup.split("\n") if line.startswith("Pss_Anon:"))
            self.assertLess(own * 1024, sizes.A_CONNECTION)


if __name__ == "__main__":
    unittest.main()
