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


def settings(e):
    return next(o["data"] for o in e.objects if o["kind"] == "ConfigMap" and "IDENTITY" in o.get("data", {}))


def of_cron(e):
    volumes = e.pod("CronJob", "todo-cron")["volumes"]
    return next(v for v in volumes if v["name"] == "api")["secret"]


class Access(Refusals, unittest.TestCase):
    room = access
    broken = [
        ("apis_ask_for_a_token", "Deployment todo-be answers", lambda e: without(e, "API_TOKEN_FILE", "todo-be")),
        ("apis_ask_for_a_token", "Deployment broadcaster", lambda e: without(e, "API_TOKEN_FILE", "broadcaster")),
        ("a_page_with_a_token_asks_for_a_login", "needs both", lambda e: without(e, "LOGIN_FILE", "todo-fe")),
        ("a_page_with_a_token_asks_for_a_login", "needs both", lambda e: without(e, "API_TOKEN_FILE", "todo-fe")),
        ("browsers_reach_the_api_through_the_page", "/project/api passes", straight),
        ("users_are_told_apart", "todo-be has one user for all", lambda e: settings(e).update(IDENTITY="off")),
        ("users_are_told_apart", "todo-be-migrate has one user", lambda e: settings(e).pop("IDENTITY")),
        ("users_are_told_apart", "has one user for all", lambda e: e.env("IDENTITY", "off")),
        ("users_are_told_apart", "leaves OIDC_ISSUER open", lambda e: settings(e).pop("OIDC_ISSUER")),
        ("users_are_told_apart", "needs both, or none", lambda e: settings(e).update(OIDC_AUDIENCE="")),
        ("guesses_are_bounded", "lets anybody guess", lambda e: settings(e).pop("RATE_LIMIT")),
        ("guesses_are_bounded", "lets anybody guess", lambda e: settings(e).update(RATE_LIMIT="0")),
        ("guesses_are_bounded", "counts whoever guesses as the page", lambda e: settings(e).pop("TRUSTED_PROXIES")),
        (
            "the_cron_has_a_token_of_its_own",
            "it has todo-be-credentials",
            lambda e: of_cron(e).update(secretName="todo-be-credentials"),
        ),
        ("the_cron_has_a_token_of_its_own", "it has none", lambda e: e.main("CronJob", "todo-cron").update(env=[])),
    ]

    def test_a_registry_before_the_name_changes_nothing(self):
        e = Environment()
        without(e, "API_TOKEN_FILE", "todo-be")
        e.main()["image"] = "registry.example/team/todo-be:1@sha256:0"
        self.assertEqual(len(list(access.apis_ask_for_a_token(e.objects))), 1)

    def test_staging_is_asked_for_the_same(self):
        e = Environment("staging")
        for rule in access.RULES:
            self.assertEqual(list(rule(e.objects)), [], rule.__name__)
        settings(e).pop("IDENTITY")
        self.assertEqual(len(list(access.users_are_told_apart(e.objects))), 2)

    def test_that_there_is_no_provider_can_be_said(self):
        e = Environment()
        settings(e).update(OIDC_ISSUER="", OIDC_AUDIENCE="")
        self.assertEqual(list(access.users_are_told_apart(e.objects)), [])

    def test_with_one_user_the_cron_may_have_the_token_of_all(self):
        e = Environment()
        settings(e).update(IDENTITY="off")
        of_cron(e).update(secretName="todo-be-credentials")
        self.assertEqual(list(access.the_cron_has_a_token_of_its_own(e.objects)), [])

    def test_what_only_this_machine_or_a_branch_has_may_be_open(self):
        e = Environment()
        without(e, "API_TOKEN_FILE", "todo-be")
        for route in kind(e.objects, "HTTPRoute"):
            route["spec"]["hostnames"] = ["tidings.localhost"]
        settings(e).pop("IDENTITY")
        self.assertEqual(list(access.apis_ask_for_a_token(e.objects)), [])
        self.assertEqual(list(access.users_are_told_apart(e.objects)), [])


if __name__ == "__main__":
    unittest.main()
