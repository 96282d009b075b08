"""Each rule about access is enforced: production, broken in one place."""

import unittest

from . import access
from .objects import kind
from .refusals import Refusals
from .sample import Environment


def without(e, variable, of):
    env = e.main("Deployment", of)["env"]
    env.remove(next(v for v in env if v["name"] == variable))


def straight(e):
    rules = e.get("HTTPRoute", "todo-app-route")["spec"]["rules"]
    health = next(r for r in rules if r["matches"][0]["path"]["value"].endswith("/be-health"))
    health["matches"].append({"path": {"type": "PathPrefix", "value": "/project/api"}})


class Access(Refusals, unittest.TestCase):
    room = access
    broken = [
        ("apis_ask_for_a_token", "Deployment todo-be answers", lambda e: without(e, "API_TOKEN_FILE", "todo-be")),
        ("apis_ask_for_a_token", "Deployment broadcaster", lambda e: without(e, "API_TOKEN_FILE", "broadcaster")),
        ("a_page_with_a_token_asks_for_a_login", "needs both", lambda e: without(e, "LOGIN_FILE", "todo-fe")),
        ("a_page_with_a_token_asks_for_a_login", "needs both", lambda e: without(e, "API_TOKEN_FILE", "todo-fe")),
        ("browsers_reach_the_api_through_the_page", "/project/api passes", straight),
    ]

    def test_a_registry_before_the_name_changes_nothing(self):
        e = Environment()
        without(e, "API_TOKEN_FILE", "todo-be")
        e.main()["image"] = "registry.example/team/todo-be:1@sha256:0"
        self.assertEqual(len(list(access.apis_ask_for_a_token(e.objects))), 1)

    def test_what_only_this_machine_or_a_branch_has_may_be_open(self):
        e = Environment()
        without(e, "API_TOKEN_FILE", "todo-be")
        for route in kind(e.objects, "HTTPRoute"):
            route["spec"]["hostnames"] = ["tidings.localhost"]
        self.assertEqual(list(access.apis_ask_for_a_token(e.objects)), [])


if __name__ == "__main__":
    unittest.main()
