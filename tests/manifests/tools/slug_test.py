"""Any branch gets a valid Kubernetes name."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from release.slug import namespace, slug

ABSURD = [
    "feature/login",
    "x" * 300,
    "1e5",
    "on",
    "007",
    "2024-01-15",
    "---",
    "-a-",
    "ÄÖ/ü",
    "日本語",
    "a..b//c",
    "UPPER",
    "a" * 41,
    "dependabot/npm_and_yarn/services/todo-fe/vite-8.3.8",
    "9lives",
    "emoji-🎉",
    "quote\"'s: #{x}",
    "null",
    "0x1F",
    "1.5",
    "~",
]
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


class Slugs(unittest.TestCase):
    def test_a_plain_name_is_unchanged(self):
        for name in ("login", "issue-42", "a" * 40, "9lives"):
            self.assertEqual(slug(name), name)

    def test_any_name_becomes_a_dns_label(self):
        for branch in ABSURD:
            self.assertRegex(slug(branch), LABEL, branch)
            self.assertLessEqual(len(slug(branch)), 40, branch)
            self.assertLessEqual(len(namespace(branch)), 63, branch)
            self.assertNotIn("--", slug(branch))

    def test_slugs_are_unique(self):
        taken = slug("feature/login")
        for others in (
            ["feature/login", "feature-login", "feature_login", "Feature/login", "feature//login", taken],
            ["x" * 41, "x" * 42, "x" * 300, slug("x" * 41)],
            ["login", "LOGIN", "Login", "login-"],
            ABSURD,
        ):
            self.assertEqual(len({slug(b) for b in others}), len(others), others)

    def test_slugs_are_stable(self):
        self.assertEqual(slug("feature/login"), "feature-login-df7c7a")
