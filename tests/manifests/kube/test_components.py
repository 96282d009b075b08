"""Components can be switched on wherever they make sense: alone, and all together."""

import unittest

from policy import problems, quota, render, schema
from policy.objects import kind

# Where each makes sense. A new component has to be entered here.
EVERYWHERE = ("development", "feature", "staging", "production")
SENSIBLE = {
    "autoscale-on-backlog": ("staging", "production"),
    "backup": ("production",),
    "data-refresh": ("production",),
    "dragonfly-cache": EVERYWHERE,
    "mesh-mtls": EVERYWHERE,
    "monitoring": EVERYWHERE,
    "network-policies": EVERYWHERE,
    "night-shutdown": ("staging",),
    "pod-disruption-budgets": EVERYWHERE,
    "sealed-secrets": ("staging", "production"),
    "sops-secrets": ("staging", "production"),
}
# Two ways to deliver the same secrets.
ALTERNATIVES = ("sealed-secrets", "sops-secrets")
FOLDER = render.ROOT / "manifests" / "components"


def there():
    return sorted(f.name for f in FOLDER.iterdir() if (f / "kustomization.yaml").exists())


def listed(overlay):
    """The components that the overlay has anyway."""
    text = (render.ROOT / "manifests/overlays" / overlay / "kustomization.yaml").read_text(encoding="utf-8")
    return {line.rpartition("/")[2].strip() for line in text.splitlines() if "../../components/" in line}


def combinations(overlay):
    """Each alone, each of the alternatives with everything else; without what is there already."""
    there_already = listed(overlay)
    chosen = [c for c in there() if overlay in SENSIBLE[c] and c not in there_already]
    alternatives = [c for c in chosen if c in ALTERNATIVES]
    rest = [c for c in chosen if c not in ALTERNATIVES]
    if there_already & set(ALTERNATIVES):
        alternatives = []
    together = [[*rest, *([a] if a else [])] for a in alternatives or [None]]
    unique = {tuple(sorted(c)) for c in [*([c] for c in rest + alternatives), *together] if c}
    return sorted(unique)


class Components(unittest.TestCase):
    def test_each_has_its_place(self):
        self.assertEqual(set(there()) - set(SENSIBLE), set(), "say in SENSIBLE where it makes sense")

    def test_every_sensible_combination_is_in_order(self):
        validated = []
        for overlay in EVERYWHERE:
            for components in combinations(overlay):
                with self.subTest(overlay=overlay, components=components):
                    objects = render.with_components(overlay, components, "fix-login")
                    self.assertEqual(problems(objects), [])
                    # All together are more than an agreed quota has to hold.
                    if len(components) == 1:
                        self.assertEqual(list(quota.exceeded(objects)), [])
                    validated += objects
        # One run of the validator: equal objects once.
        unique = {repr(o): o for o in validated}
        self.assertEqual(schema.problems(list(unique.values())), [])

    def test_budgets_cover_what_serves(self):
        objects = render.build("manifests/overlays/production")
        names = {o["metadata"]["name"] for o in kind(objects, "PodDisruptionBudget")}
        self.assertEqual(names, {"todo-be", "broadcaster", "todo-fe", "nats"})


if __name__ == "__main__":
    unittest.main()
