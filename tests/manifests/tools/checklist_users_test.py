"""tools/promote --checklist asks whether users are told apart, by whose tokens, and how often they may be guessed."""

import re
import sys
import unittest

from release_repository import ROOT

sys.path.insert(0, str(ROOT / "tools"))

from release.checklist import Look, bounds_guessing, filled_in, tells_users_apart
from release.failure import Failure
from release.rendering import build

BACKEND = "kind: Deployment\nmetadata: {name: todo-be}\n"
SETTINGS = (
    "kind: ConfigMap\nmetadata: {name: tidings-settings-x}\n"
    "data: {IDENTITY: '%s', OIDC_ISSUER: '%s', OIDC_AUDIENCE: '%s'}\n"
)


def users(identity="on", issuer="https://id.acme.com", audience="todo"):
    return SETTINGS % (identity, issuer, audience) + "---\n" + BACKEND


class Users(unittest.TestCase):
    def test_a_provider_and_what_it_calls_the_api_are_named(self):
        self.assertEqual(tells_users_apart(users()), "by tokens of https://id.acme.com for todo")

    def test_one_user_for_all_is_a_no(self):
        for text in (users(identity="off"), BACKEND):
            with self.assertRaisesRegex(Failure, "everybody has the same .*component identity"):
                tells_users_apart(text)

    def test_a_provider_without_an_audience_is_a_no(self):
        with self.assertRaisesRegex(Failure, "OIDC_AUDIENCE is empty"):
            tells_users_apart(users(audience=""))

    def test_what_may_be_meant_is_to_be_looked_at(self):
        for text, why in ((users(issuer="", audience=""), "no provider"), ("kind: Service\n", "no todo-be")):
            with self.assertRaisesRegex(Look, why):
                tells_users_apart(text)

    def test_what_is_still_to_be_filled_in_is_a_no(self):
        for text in (users(issuer="https://id.tidings.example"), *(overlay(n) for n in ("production", "staging"))):
            with self.assertRaisesRegex(Failure, r"(?m)^id\.tidings\.example$"):
                filled_in(text)
        self.assertTrue(filled_in(users()))

    def test_production_and_staging_say_for_whom_tokens_are(self):
        said = {tells_users_apart(overlay(name)).rpartition(" ")[2] for name in ("production", "staging")}
        self.assertEqual(len(said), 2, "a token for staging must not open production")


class Guesses(unittest.TestCase):
    def test_the_environments_bound_them(self):
        for name in ("production", "staging"):
            self.assertRegex(bounds_guessing(overlay(name)), r"\d+ requests of an address in 1m, believing \S+/8,")

    def test_without_a_rate_or_the_address_of_who_asks_it_is_a_no(self):
        for name, why in (("RATE_LIMIT", "as fast as the database"), ("TRUSTED_PROXIES", "one address")):
            with self.assertRaisesRegex(Failure, why):
                bounds_guessing(re.sub(rf"(?m)^  {name}: .*$", "", overlay("production")))
        with self.assertRaisesRegex(Failure, "as fast as"):
            bounds_guessing(users().replace("{IDENTITY", "{RATE_LIMIT: '0', IDENTITY"))

    def test_where_all_are_one_user_a_person_has_to_look(self):
        self.assertRaises(Look, bounds_guessing, users(identity="off"))


def overlay(name):
    return build(ROOT / f"manifests/overlays/{name}")


if __name__ == "__main__":
    unittest.main()
