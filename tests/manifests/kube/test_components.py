"""Components can be enabled wherever they make sense: alone, and all together."""

import copy
import functools
import re
import unittest

from policy import problems, quota, render, schema
from policy.objects import kind

# Where each makes sense. A new component must be added here.
EVERYWHERE = ("development", "feature", "staging", "production")
SENSIBLE = {
    "alertmanager": ("production",),
    "autoscale-on-backlog": ("staging", "production"),
    "backup": ("production",),
    "data-refresh": ("production",),
    "mesh-mtls": EVERYWHERE,
    "monitoring": EVERYWHERE,
    "network-policies": EVERYWHERE,
    "night-shutdown": ("staging",),
    "pod-disruption-budgets": EVERYWHERE,
    "postgres-exporter": ("feature", "production"),
    "sealed-secrets": ("staging", "production"),
    "sops-secrets": ("staging", "production"),
    "tls": ("production",),
    "tls-nats": ("staging",),
    "vault": ("staging",),
}
# Two ways to provide the same secrets.
ALTERNATIVES = ("sealed-secrets", "sops-secrets")
FOLDER = render.ROOT / "manifests" / "components"


def there():
    return sorted(f.name for f in FOLDER.iterdir() if (f / "kustomization.yaml").exists())


def listed(overlay):
    """The components that the overlay already has."""
    text = (render.ROOT / "manifests/overlays" / overlay / "kustomization.yaml").read_text(encoding="utf-8")
    return {line.rpartition("/")[2].strip() for line in text.splitlines() if "../../components/" in line}


def combinations(overlay):
    """Each alone, each of the alternatives with everything else; without those already present."""
    chosen = [c for c in there() if overlay in SENSIBLE[c] and c not in listed(overlay)]
    alternatives = [c for c in chosen if c in ALTERNATIVES]
    rest = [c for c in chosen if c not in ALTERNATIVES]
    together = [[*rest, *([a] if a else [])] for a in alternatives or [None]]
    unique = {tuple(sorted(c)) for c in [*([c] for c in chosen), *together] if c}
    return sorted(unique)


@functools.cache
def build(overlay, components):
    """An alternative replaces the present one."""
    without = ALTERNATIVES if set(components) & set(ALTERNATIVES) else ()
    return render.with_components(overlay, components, "fix-login", without)


def raised(component, overlay):
    """The quota that manifests/README.md then requires: {"pods": "16"}."""
    text = (render.ROOT / "manifests/README.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{component}` \| `{overlay}` \| (.+) \|$", text, re.M)
    return dict(re.findall(r"`([a-z.]+): ([^`]+)`", row[1])) if row else {}


class Components(unittest.TestCase):
    def test_each_has_its_place(self):
        self.assertEqual(set(there()) - set(SENSIBLE), set(), "say in SENSIBLE where it makes sense")

    def test_every_sensible_combination_is_valid(self):
        validated = []
        for overlay in EVERYWHERE:
            for components in combinations(overlay):
                with self.subTest(overlay=overlay, components=components):
                    objects = build(overlay, tuple(components))
                    self.assertEqual(problems(objects), [])
                    validated += objects
        # One run of the validator: equal objects once.
        unique = {repr(o): o for o in validated}
        self.assertEqual(schema.problems(list(unique.values())), [])

    def test_one_more_fits_the_quota_after_the_documented_increase(self):
        for overlay in EVERYWHERE:
            for component in (c[0] for c in combinations(overlay) if len(c) == 1):
                with self.subTest(overlay=overlay, component=component):
                    objects, raises = copy.deepcopy(build(overlay, (component,))), raised(component, overlay)
                    self.assertEqual({text.partition(":")[0] for text in quota.exceeded(objects)}, set(raises))
                    for o in kind(objects, "ResourceQuota"):
                        o["spec"]["hard"] |= raises
                    self.assertEqual(list(quota.exceeded(objects)), [])

    def test_the_small_ones_together_fit_the_quota_after_the_documented_increase(self):
        together = ("alertmanager", "postgres-exporter", "tls")
        objects, raises = copy.deepcopy(build("production", together)), raised("`, `".join(together), "production")
        self.assertEqual({text.partition(":")[0] for text in quota.exceeded(objects)}, set(raises))
        kind(objects, "ResourceQuota")[0]["spec"]["hard"] |= raises
        self.assertEqual(list(quota.exceeded(objects)), [])

    def test_secrets_have_one_source(self):
        for overlay, names in (
            ("staging", {"broadcaster-credentials", "nats-credentials"}),
            ("production", {"broadcaster-credentials", "nats-credentials", "postgres-credentials"}),
        ):
            for objects, sort in (
                (build(overlay, ()), "SealedSecret"),
                (build(overlay, ("sops-secrets",)), "SopsSecret"),
            ):
                found = {o["metadata"]["name"] for o in kind(objects, "Secret", "SealedSecret", "SopsSecret")}
                self.assertEqual((found, {o["metadata"]["name"] for o in kind(objects, sort)}), (names, names), overlay)

    def test_budgets_cover_all_services(self):
        objects = render.build("manifests/overlays/production")
        names = {o["metadata"]["name"] for o in kind(objects, "PodDisruptionBudget")}
        self.assertEqual(names, {"todo-be", "broadcaster", "todo-fe", "nats"})


if __name__ == "__main__":
    unittest.main()
