"""Every overlay builds without a warning, follows the policy, has only valid fields, and fits its quota."""

import unittest

from policy import problems, quota, schema
from policy.objects import kind

from .overlays import OVERLAYS, build

# Slugs as tools/feature-env makes them: the shortest, the longest, and one that YAML could take for a number.
SLUGS = ("a", "fix-login", "a" * 40, "b" * 33 + "-0a1b2c", "1e5")


class Overlays(unittest.TestCase):
    def test_the_policy_holds(self):
        for overlay in OVERLAYS:
            with self.subTest(overlay=overlay):
                self.assertEqual(problems(build(overlay)), [])

    def test_every_field_is_known(self):
        everything = [o for overlay in OVERLAYS for o in build(overlay)]
        self.assertGreater(len(everything), 200)
        self.assertEqual(schema.problems(everything), [])

    def test_maximum_requests_fit_the_quota(self):
        for overlay in OVERLAYS:
            with self.subTest(overlay=overlay):
                objects = build(overlay)
                self.assertEqual(len(kind(objects, "ResourceQuota")), 0 if overlay == "development" else 1)
                self.assertEqual(list(quota.exceeded(objects)), [])

    def test_any_branch_gives_valid_names(self):
        for slug in SLUGS:
            with self.subTest(slug=slug):
                objects = build("feature", slug)
                self.assertEqual(
                    {o["metadata"].get("namespace", f"feature-{slug}") for o in objects}, {f"feature-{slug}"}
                )
                self.assertLessEqual(len(f"feature-{slug}"), 63)
                self.assertEqual(problems(objects), [])

    def test_a_namespace_is_created_by_its_overlay_and_never_pruned(self):
        names = {o: kind(build(o), "Namespace") for o in OVERLAYS}
        self.assertEqual(
            {overlay: [n["metadata"]["name"] for n in found] for overlay, found in names.items()},
            {
                "development": ["tidings-development"],
                "feature": ["feature-fix-login"],
                "azure-feature": ["feature-fix-login"],
                "staging": ["staging"],
                "production": ["project"],
                "azure-production": ["project"],
            },
        )
        for overlay, found in names.items():
            options = found[0]["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]
            self.assertEqual(options, "Prune=false,Delete=false", overlay)


if __name__ == "__main__":
    unittest.main()
