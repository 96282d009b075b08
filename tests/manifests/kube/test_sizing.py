"""What docs/operations.md says about sizes is what comes out of the manifests."""

import re
import unittest

import yaml
from policy import render, sizes, volumes

from .overlays import build, get, settings

TEXT = (render.ROOT / "docs/operations.md").read_text(encoding="utf-8")
DAY = 86400
KEPT_EVENTS, KEPT_IN_STREAM, KEPT_BACKUPS = 30, 7, 7  # days, as the table's text says


def a_change():
    """Bytes: {"events": in the database, "WAL": written, "TODOS": in the stream}."""
    return {what: int(n.replace(",", "")) for what, n in re.findall(r"`?(events|WAL|TODOS)`? ([\d,]+) B", TEXT)}


def number(pattern):
    found = re.findall(pattern, " ".join(TEXT.split()))
    assert len(found) == 1, (pattern, found)
    return float(found[0])


def beside_the_tables(objects):
    """WAL on PostgreSQL's volume: of checkpoints, and what is kept for the archive."""
    _, parameters, _, _ = next(sizes.servers(objects))
    return sizes.WAL_OF_CHECKPOINTS + sizes.size(parameters.get("max_slot_wal_keep_size", "0MB"))


def records(objects):
    return sum(int(settings(objects)[name]) for name in sizes.RECORDS)


def changes_per_second(objects):
    """What the smallest of the three disks is enough for."""
    bytes_, disks = a_change(), {name: float(size) for name, size in volumes.sizes_of(objects)}
    store, _ = next(iter(sizes.stores(objects)))
    database = (disks["postgres"] - beside_the_tables(objects)) / (bytes_["events"] * DAY * KEPT_EVENTS)
    stream = (store - records(objects)) / (bytes_["TODOS"] * DAY * KEPT_IN_STREAM)
    of_a_change = volumes.BACKUPS_OF_A_DATABASE * bytes_["events"] * KEPT_EVENTS + bytes_["WAL"] * KEPT_BACKUPS
    return min(database, stream, disks["backup"] / (DAY * of_a_change))


class Sizing(unittest.TestCase):
    production = build("production")

    def test_production_takes_what_is_said(self):
        self.assertEqual(int(changes_per_second(self.production)), number(r"is for (\d+) changes per second"))

    def test_a_smaller_disk_takes_less(self):
        smaller = [o for o in build("production") if o["kind"] != "PersistentVolumeClaim"]
        claim = get(build("production"), "PersistentVolumeClaim", "backup")
        claim["spec"]["resources"]["requests"]["storage"] = "5Gi"
        self.assertLess(changes_per_second([*smaller, claim]), changes_per_second(self.production))

    def test_what_is_beside_is_said(self):
        self.assertAlmostEqual(beside_the_tables(self.production) / 1e9, number(r"up to ([\d.]+) GB of WAL"), delta=0.2)
        self.assertAlmostEqual(records(self.production) / 1e9, number(r"NATS' ([\d.]+) GB of attempts"), delta=0.06)

    def test_on_one_machine_parallel_queries_have_the_same_room(self):
        compose = yaml.safe_load((render.ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))
        for size, enough in ((compose["services"]["postgres"]["shm_size"], True), ("64m", False)):
            self.assertEqual(sizes.size(f"{size.upper()}B") >= sizes.SHARED, enough, size)

    def test_connections_are_said(self):
        self.assertEqual(sizes.connections(self.production), number(r"Production may open (\d+)"))


if __name__ == "__main__":
    unittest.main()
