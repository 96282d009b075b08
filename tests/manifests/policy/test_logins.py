"""Each rule about logins is enforced: production, broken in one place."""

import unittest

from . import logins
from .refusals import Refusals
from .test_environments import config_map

NATS = ("StatefulSet", "nats")


def variable(e, name, kind="Deployment", of="todo-be"):
    return next(v for v in e.main(kind, of)["env"] if v["name"] == name)


def without_variable(e, name, kind="Deployment", of="todo-be"):
    e.main(kind, of)["env"].remove(variable(e, name, kind, of))


def edit(e, file, old, new):
    data = config_map(e, "nats-config")["data"]
    assert old in data[file]
    data[file] = data[file].replace(old, new)


def secret(e, name):
    return next(v for v in e.pod()["volumes"] if v["name"] == name)["secret"]


def shown(e, name):
    return secret(e, name)["items"][0]


def whole(e):
    del secret(e, "nats")["items"]


class Logins(Refusals, unittest.TestCase):
    room = logins
    broken = [
        ("refers_to_what_is_before", "NATS_ROUTE_0", lambda e: e.main(*NATS)["env"].reverse()),
        ("refers_to_what_is_before", "$(LOST)", lambda e: e.env("X", "a$(LOST)")),
        ("each_logs_in_to_the_bus", "needs NATS_USER", lambda e: without_variable(e, "NATS_PASSWORD_FILE")),
        (
            "each_logs_in_to_the_bus",
            "backup-jetstream",
            lambda e: without_variable(e, "NATS_USER", "CronJob", "backup-jetstream"),
        ),
        (
            "each_logs_in_to_the_bus",
            "another program's",
            lambda e: variable(e, "NATS_USER").update(value="broadcaster"),
        ),
        ("the_bus_asks_for_a_login", "no users", lambda e: edit(e, "nats.conf", "include users.conf", "")),
        ("the_bus_asks_for_a_login", "no users", lambda e: edit(e, "users.conf", "authorization", "# none")),
        ("the_bus_asks_for_a_login", "no_auth_user", lambda e: edit(e, "nats.conf", "pid_file", "no_auth_user: x\na")),
        ("the_bus_asks_for_a_login", "any server", lambda e: edit(e, "nats.conf", "authorization", "# none")),
        ("each_is_shown_its_own_key", "todo-be mounts all keys", whole),
        (
            "superusers_stay_at_home",
            "Deployment todo-be is shown SUPERUSER_PASSWORD",
            lambda e: shown(e, "database").update(key="SUPERUSER_PASSWORD"),
        ),
        ("superusers_stay_at_home", "shown OPERATOR", lambda e: shown(e, "nats").update(key="OPERATOR")),
    ]


if __name__ == "__main__":
    unittest.main()
