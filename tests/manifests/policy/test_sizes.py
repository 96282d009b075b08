"""Each rule about sizes is enforced: production, broken in one place."""

import re
import unittest

from . import render, sizes
from .refusals import Refusals
from .sample import Environment


def argument(e, name, value):
    """Of PostgreSQL; None: not given."""
    arguments = e.main("StatefulSet", "postgres")["args"]
    place = next(n for n, a in enumerate(arguments) if a.startswith(f"{name}="))
    arguments[place : place + 1] = [] if value is None else [f"{name}={value}"]


def shared(e):
    return next(v for v in e.pod("StatefulSet", "postgres")["volumes"] if v["name"] == "shm")["emptyDir"]


def memory(e, of, value, name="postgres"):
    e.main("StatefulSet", name)["resources"][of]["memory"] = value


def config(e, key):
    return next(o["data"] for o in e.objects if o["kind"] == "ConfigMap" and key in o.get("data", {}))


def nats(e, was, now):
    data = config(e, "nats.conf")
    assert was in data["nats.conf"]
    data["nats.conf"] = data["nats.conf"].replace(was, now)


class Sizes(Refusals, unittest.TestCase):
    room = sizes
    broken = [
        (
            "parallel_queries_have_room",
            "at /dev/shm",
            lambda e: e.main("StatefulSet", "postgres")["volumeMounts"].pop(),
        ),
        ("parallel_queries_have_room", "medium Memory", lambda e: shared(e).pop("medium")),
        ("parallel_queries_have_room", "of 192Mi", lambda e: shared(e).update(sizeLimit="64Mi")),
        ("sizes_are_said", "max_connections", lambda e: argument(e, "max_connections", None)),
        ("sizes_are_said", "shared_buffers", lambda e: argument(e, "shared_buffers", None)),
        ("memory_is_enough", "its limit is 512Mi", lambda e: memory(e, "limits", "512Mi")),
        ("memory_is_enough", "its limit is", lambda e: argument(e, "max_connections", 400)),
        ("memory_is_enough", "its limit is", lambda e: argument(e, "shared_buffers", "1GB")),
        ("memory_is_enough", "its limit is", lambda e: shared(e).update(sizeLimit="1Gi")),
        ("memory_is_enough", "requests 64Mi", lambda e: memory(e, "requests", "64Mi")),
        # Enough without users.
        ("everybody_gets_in", "it takes 100", lambda e: argument(e, "max_connections", 100)),
        ("everybody_gets_in", "it takes 40", lambda e: argument(e, "max_connections", 40)),
        (
            "everybody_gets_in",
            "connections are opened",
            lambda e: e.get("HorizontalPodAutoscaler", "todo-be")["spec"].update(maxReplicas=10),
        ),
        ("everybody_gets_in", "connections are opened", lambda e: config(e, "POOL_SIZE").update(POOL_SIZE="10")),
        (
            "everybody_gets_in",
            "connections are opened",
            lambda e: e.get("Deployment", "todo-be")["spec"]["strategy"]["rollingUpdate"].update(maxSurge="100%"),
        ),
        (
            "records_leave_room_for_events",
            "ATTEMPTS_MAX_BYTES to the program",
            lambda e: config(e, "POOL_SIZE").pop("ATTEMPTS_MAX_BYTES"),
        ),
        (
            "records_leave_room_for_events",
            "more than an eighth",
            lambda e: config(e, "POOL_SIZE").update(DEAD_LETTERS_MAX_BYTES=str(2**30)),
        ),
        (
            "records_leave_room_for_events",
            "more than an eighth",
            lambda e: nats(e, "max_file_store: 8", "max_file_store: 4"),
        ),
        ("go_stays_below_the_limit", "too near", lambda e: e.env("GOMEMLIMIT", "500MiB", "StatefulSet", "nats")),
        ("go_stays_below_the_limit", "too near", lambda e: memory(e, "limits", "256Mi", "nats")),
        (
            "go_stays_below_the_limit",
            "more than half",
            lambda e: nats(e, "max_memory_store: 64MB", "max_memory_store: 256MB"),
        ),
    ]

    def test_servers_that_an_operator_makes_are_measured_too(self):
        for change, words in (
            ({"limits": {"memory": "512Mi"}}, "Cluster postgres may need"),
            ({"ephemeralVolumesSizeLimit": {}}, "/dev/shm"),
            ({"parameters": {}}, "leaves max_connections"),
        ):
            e = Environment(components=("postgres-ha",))
            spec = e.get("Cluster", "postgres")["spec"]
            for holder in (spec, spec["resources"], spec["postgresql"]):
                holder |= {k: v for k, v in change.items() if k in holder}
            said = [text for rule in sizes.RULES for text in rule(e.objects)]
            self.assertTrue(any(words in text for text in said), said)

    def test_users_take_three_connections_of_each_todo_be_more(self):
        e = Environment()
        most = sizes.connections(e.objects)
        config(e, "IDENTITY")["IDENTITY"] = "off"
        replicas = e.get("HorizontalPodAutoscaler", "todo-be")["spec"]["maxReplicas"] + 1
        self.assertEqual(most - sizes.connections(e.objects), 3 * replicas)

    def test_an_eighth_is_what_the_broadcaster_takes(self):
        source = (render.ROOT / "services/broadcaster/stream_room.cpp").read_text(encoding="utf-8")
        self.assertEqual(int(re.search(r"share = (\d+);", source)[1]), sizes.PARTS_OF_THE_STORE)

    def test_no_other_role_may_have_more_connections_than_are_counted(self):
        roles = (render.ROOT / "manifests/base/postgres/roles.sh").read_text(encoding="utf-8")
        self.assertEqual(int(re.search(r"connection limit (\d+)", roles)[1]), sizes.OF_ANOTHER)
