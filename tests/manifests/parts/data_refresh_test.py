"""Staging from production: the component's script and SQL between two real databases with the real migrations."""

import unittest

from rendered import COMPONENTS
from servers import PASSWORD, folder, postgres, programs, script

FILL = """
insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at) values
    ('01900000-0000-7000-8000-000000000001', 'Call Dr. Smith: biopsy results', false, 3, '2026-02-01Z', 'high',
     '{private,health}', 4, '2026-01-01Z', '2026-01-02Z', null),
    ('01900000-0000-7000-8000-000000000002', E'a\\tb\\\\N', true, null, null, 'none', '{}', 2,
     '2026-01-01Z', '2026-01-03Z', '2026-01-03Z'),
    ('01900000-0000-7000-8000-000000000003', 'x', false, null, null, 'low', '{secret}', 1,
     '2026-01-01Z', '2026-01-01Z', null),
    ('01900000-0000-7000-8000-000000000004', repeat('\u00e9', 140), false, null, null, 'low', '{}', 1,
     '2026-01-01Z', '2026-01-01Z', null);
insert into events (id, todo_id, type, payload) values
    (gen_random_uuid(), gen_random_uuid(), 'x', '{"title":"biopsy"}');
insert into outbox values (1);
insert into idempotency_keys values ('k', 'f', gen_random_uuid(), '{"title":"biopsy"}', now());
"""
EVERYTHING = "select string_agg(t::text, ' ') from (select * from {} order by 1) t"


class data_refresh(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.production = postgres(cls.folder, "production")
        cls.addClassCleanup(cls.production.crash)
        # A separate cluster, as in production: a copy would have the same identity.
        cls.staging = postgres(cls.folder, "staging", own_identity=True)
        cls.addClassCleanup(cls.staging.crash)
        cls.production.sql(FILL)
        cls.scripts = cls.folder.copy_of(COMPONENTS / "data-refresh")
        cls.password = cls.folder.path / "password"
        cls.password.write_text(PASSWORD)
        cls.folder.give(cls.password)

    def setUp(self):
        self.staging.sql(
            "truncate todos, events, outbox, idempotency_keys; alter database tidings set tidings.refreshable = 'yes';"
            + FILL.replace("biopsy", "old of staging")
        )

    def refresh(self, check=True, **more):
        source = self.production.url().replace(f":{PASSWORD}@", "@")
        environment = {
            "PATH": f"{programs()}:/usr/bin:/bin",
            "SOURCE_URL": source,
            "SOURCE_PASSWORD_FILE": self.password,
            "TARGET_URL": self.staging.url(),
            "PATIENCE_SECONDS": 2,
        }
        return script(self.scripts / "refresh-staging", environment | more, check=check)

    def test_copies_everything_but_titles_and_labels(self):
        self.assertIn("4 to-dos", self.refresh().stdout)
        rest = (
            "select string_agg(concat_ws('|', id, done, \"order\", due, priority, version, created_at, updated_at, "
            "done_at, char_length(title)), ' ' order by id) from todos"
        )
        self.assertEqual(self.production.sql(rest), self.staging.sql(rest))
        self.assertEqual("0", self.staging.sql("select count(*) from todos where labels <> '{}'"))

    def test_no_text_of_production_is_in_staging(self):
        self.refresh()
        found = " ".join(
            self.staging.sql(EVERYTHING.format(t)) for t in ("todos", "events", "outbox", "idempotency_keys")
        )
        for word in ("Smith", "biopsy", "private", "secret", "\u00e9", "old of staging"):
            self.assertNotIn(word, found)
        for table in ("events", "outbox", "idempotency_keys"):
            self.assertEqual("0", self.staging.sql(f"select count(*) from {table}"), table)

    def test_production_is_unchanged(self):
        before = self.production.sql(EVERYTHING.format("todos"))
        self.refresh()
        self.assertEqual(before, self.production.sql(EVERYTHING.format("todos")))

    def test_staging_may_have_a_schema_of_before(self):
        self.staging.sql("alter table deleted_todos rename to elsewhere")
        self.addCleanup(self.staging.sql, "alter table elsewhere rename to deleted_todos")
        self.assertIn("4 to-dos", self.refresh().stdout)

    def test_deleted_to_dos_of_staging_are_overwritten(self):
        self.staging.sql(
            "insert into deleted_todos select (jsonb_populate_record(null::deleted_todos,"
            " to_jsonb(t) || jsonb_build_object('deleted_at', now()))).* from todos t"
        )
        self.refresh()
        self.assertEqual("0", self.staging.sql("select count(*) from deleted_todos"))

    def test_overwrites_only_a_database_that_allows_it(self):
        self.staging.sql("alter database tidings reset tidings.refreshable")
        self.refused("has not agreed")

    def test_never_writes_to_its_source(self):
        self.production.sql("alter database tidings set tidings.refreshable = 'yes'")
        self.addCleanup(self.production.sql, "alter database tidings reset tidings.refreshable")
        self.refused("one database", TARGET_URL=self.production.url())

    def test_an_unlisted_column_leaves_staging_unchanged(self):
        self.staging.sql(
            "alter table todos add note text not null default 'x'; alter table todos alter note drop default"
        )
        self.addCleanup(self.staging.sql, "alter table todos drop note")
        self.refused("keeps what it had")

    def test_a_failing_source_leaves_staging_unchanged(self):
        sql = self.scripts / "sanitised-todos.sql"
        whole = sql.read_text()
        self.addCleanup(sql.write_text, whole)
        sql.write_text(
            whole.replace(
                "from todos", "from todos where id = '01900000-0000-7000-8000-000000000001' or 1 / (version - 2) > 0"
            )
        )
        self.refused("keeps what it had")

    def refused(self, why, **more):
        before = self.staging.sql(EVERYTHING.format("todos"))
        run = self.refresh(check=False, **more)
        self.assertNotEqual(0, run.returncode)
        self.assertIn(why, run.stderr)
        self.assertEqual(before, self.staging.sql(EVERYTHING.format("todos")))


if __name__ == "__main__":
    unittest.main()
