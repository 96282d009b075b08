"""Components can be enabled wherever they make sense: alone, and all together."""

import copy
import fnmatch
import functools
import itertools
import re
import sys
import unittest

from policy import problems, quota, render, schema
from policy.objects import kind, pods

from .overlays import cluster, get

sys.path.append(str(render.ROOT / "tools"))

from release.gates import ISSUER  # noqa: E402

# Where each makes sense. A new component must be added here.
EVERYWHERE = ("development", "feature", "staging", "production")
SENSIBLE = {
    "alertmanager": ("production",),
    "autoscale-on-backlog": ("staging", "production"),
    "backup": ("production",),
    "data-refresh": ("production",),
    "dragonfly-cache": ("feature", "staging", "production"),
    "identity": ("staging", "production"),
    "image-policy": ("staging", "production"),
    "logs": (),  # once in a cluster: Logs
    "login": ("staging", "production"),
    "mesh-mtls": EVERYWHERE,
    "monitoring": EVERYWHERE,
    "network-policies": EVERYWHERE,
    "night-shutdown": ("staging",),
    "pod-disruption-budgets": EVERYWHERE,
    "postgres-ha": ("production",),
    "postgres-managed": ("staging", "production"),
    "registry": EVERYWHERE,
    "postgres-exporter": ("feature", "production"),
    "sealed-secrets": ("staging", "production"),
    "sops-secrets": ("staging", "production"),
    "tls": ("production",),
    "tls-nats": ("staging",),
    "vault": ("staging",),
}
# Two ways to provide the same secrets.
ALTERNATIVES = ("sealed-secrets", "sops-secrets")
# What has no sense any more beside a component: what is for the database in the cluster.
WITHOUT = {name: ("backup", "data-refresh") for name in ("postgres-managed", "postgres-ha")}
# One of them takes the place of the database in the cluster.
DATABASES = ("postgres-managed", "postgres-ha")
# These are of the database in the cluster.
ITS_OWN = ("postgres-exporter", "tls")
# It reaches the pods of those before it; the mesh, whose sidecars these pods get, stays the very last.
LAST = ("registry", "mesh-mtls")
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
    rest = [c for c in chosen if c not in ALTERNATIVES + DATABASES]
    either = [[c for c in chosen if c in group] or [None] for group in (ALTERNATIVES, DATABASES)]
    together = []
    for pair in itertools.product(*either):
        others = [c for c in rest if c not in ITS_OWN] if set(pair) & set(DATABASES) else rest
        together.append([*others, *filter(None, pair)])
    unique = {tuple(sorted(c, key=_place)) for c in [*([c] for c in chosen), *together] if c}
    return sorted(unique)


def _place(component):
    return (LAST.index(component) if component in LAST else -1, component)


@functools.cache
def build(overlay, components):
    """An alternative replaces the present one."""
    without = tuple(c for chosen in components for c in WITHOUT.get(chosen, ()))
    return render.with_components(overlay, components, "fix-login", without, ALTERNATIVES)


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
            ("staging", {"broadcaster", "nats", "todo-be", "todo-cron", "todo-fe"}),
            ("production", {"broadcaster", "nats", "postgres", "todo-be", "todo-cron", "todo-fe"}),
        ):
            names = {f"{n}-credentials" for n in names}
            for objects, sort in (
                (build(overlay, ()), "SealedSecret"),
                (build(overlay, ("sops-secrets",)), "SopsSecret"),
            ):
                found = {o["metadata"]["name"] for o in kind(objects, "Secret", "SealedSecret", "SopsSecret")}
                self.assertEqual((found, {o["metadata"]["name"] for o in kind(objects, sort)}), (names, names), overlay)

    def test_each_says_in_a_readme_or_in_its_head_what_it_needs(self):
        for name in there():
            readme, head = FOLDER / name / "README.md", (FOLDER / name / "kustomization.yaml").read_text("utf-8")
            self.assertTrue(readme.exists() or head.startswith("# "), name)

    def test_another_database_leaves_nothing_of_the_one_in_the_cluster(self):
        for component, its_own in (("postgres-managed", set()), ("postgres-ha", {"Cluster", "NetworkPolicy"})):
            objects = build("production", (component,))
            self.assertEqual({o["kind"] for o in objects if "postgres" in o["metadata"]["name"]}, its_own)
            self.assertNotIn("postgres-credentials", str(objects))

    def test_the_cluster_of_databases_is_of_the_deployed_major_version_and_loses_nothing(self):
        spec = get(build("production", ("postgres-ha",)), "Cluster", "postgres")["spec"]
        versions = (render.ROOT / "manifests/versions/kustomization.yaml").read_text("utf-8")
        self.assertEqual(
            str(spec["imageCatalogRef"]["major"]), re.search(r'name: postgres, newTag: "(\d+)', versions)[1]
        )
        self.assertGreater(spec["instances"], 1 + spec["postgresql"]["synchronous"]["number"], "one may be lost")
        self.assertEqual(spec["postgresql"]["synchronous"]["dataDurability"], "required")

    def test_with_a_registry_every_pod_may_pull_from_it(self):
        for overlay in EVERYWHERE:
            found = list(pods(build(overlay, ("registry",))))
            self.assertEqual([p.name for p in found if p.spec.get("imagePullSecrets") != [{"name": "registry"}]], [])
            others = {c["image"] for p in found for c in p.containers() if not c["image"].startswith("tidings/")}
            self.assertEqual({i for i in others if not i.startswith("registry.example/")}, set())
            self.assertEqual({i for i in others if ":" not in i}, set(), "its version")

    def test_signatures_are_asked_for_of_each_of_our_images_by_who_signs_them(self):
        policy = next(o for o in build("production", ("image-policy",)) if "ImageValidating" in o["kind"])["spec"]
        globs = [m["glob"] for m in policy["matchImageReferences"]]
        ours = {c["image"] for p in pods(build("production", ())) for c in p.containers() if "tidings/" in c["image"]}
        self.assertEqual(len(ours), len(globs))
        for image in ours:
            for name in (f"docker.io/{image}", f"registry.example/a/{image}@sha256:0"):
                self.assertTrue(any(fnmatch.fnmatch(name, g) for g in globs), name)
        identity = policy["attestors"][0]["cosign"]["keyless"]["identities"]
        signs = (render.ROOT / ".github/workflows/deliver.yaml").read_text("utf-8")
        self.assertIn("cosign sign", signs)
        repository = get(cluster(), "Application", "tidings-staging")["spec"]["source"]["repoURL"].removesuffix(".git")
        self.assertEqual(
            identity, [{"issuer": ISSUER, "subject": f"{repository}/.github/workflows/deliver.yaml@refs/heads/main"}]
        )

    def test_logs_are_collected_on_each_node_and_nothing_else_reads_its_files(self):
        listed_there = {"resources": ["cluster-manifests"], "components": ["manifests/components/logs"]}
        objects = render.compose(listed_there)
        self.assertEqual(schema.problems(objects), [])
        # What it is for; these rules hold for all else.
        by_nature = {"harmless_volumes", "never_root", "namespaces_enforce"}
        own = [o for o in objects if o["metadata"].get("labels", {}).get("app.kubernetes.io/name") == "logs"]
        self.assertEqual({p.partition(":")[0] for p in problems(own)}, by_nature)
        mine = get(objects, "DaemonSet", "tidings-logs")["spec"]["template"]["spec"]
        paths = {v["hostPath"]["path"] for v in mine["volumes"] if "hostPath" in v}
        self.assertEqual(paths, {"/var/log", "/var/lib/tidings-logs"})
        self.assertTrue(next(m for m in mine["containers"][0]["volumeMounts"] if m["name"] == "logs")["readOnly"])

    def test_logs_of_every_environment_are_read(self):
        config = (FOLDER / "logs/fluent-bit.yaml").read_text("utf-8")
        globs = re.search(r"path: (\S+)", config)[1].split(",")
        for overlay in ("staging", "production", "feature"):
            namespace = kind(build(overlay, ()), "Namespace")[0]["metadata"]["name"]
            file = f"/var/log/containers/todo-be-7d-x_{namespace}_todo-be-0a1b.log"
            self.assertTrue(any(fnmatch.fnmatch(file, g) for g in globs), namespace)

    def test_budgets_cover_all_services(self):
        objects = render.build("manifests/overlays/production")
        names = {o["metadata"]["name"] for o in kind(objects, "PodDisruptionBudget")}
        self.assertEqual(names, {"todo-be", "broadcaster", "todo-fe", "nats"})


if __name__ == "__main__":
    unittest.main()
