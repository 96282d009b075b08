"""Images of others: one version of each, wherever it is named, and renovate.json looks at every such place."""

import json
import re
import subprocess
import unittest

import yaml
from policy import render
from policy.objects import pods

from .overlays import OVERLAYS, build, cluster

IMAGE = re.compile(r"(?m)^\s*(?:- )?image: ([^\s${]+)|^ARG \w*IMAGE=(\S+)")
COMPOSE = render.ROOT / "docker/compose.yaml"


def of_others(image):
    return not image.startswith(("tidings/", "${"))


def named():
    """{image without its version: {version}}"""
    images = [c["image"] for overlay in OVERLAYS for pod in pods(build(overlay)) for c in pod.containers()]
    images += [c["image"] for pod in pods(cluster()) for c in pod.containers()]
    # Components that no overlay lists, too.
    for file in (render.ROOT / "manifests").rglob("*.yaml"):
        images += [a or b for a, b in IMAGE.findall(file.read_text(encoding="utf-8")) if ":" in (a or b)]
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    images += [s["image"] for s in services.values()]
    found = {}
    for name, _, version in (i.partition(":") for i in images if of_others(i)):
        found.setdefault(name, set()).add(version)
    return found


def several(found):
    return {name: versions for name, versions in found.items() if len(versions) > 1}


def files():
    """Every file of the repository that names an image of others, an action, or packages."""
    tracked = subprocess.run(["git", "-C", render.ROOT, "ls-files"], capture_output=True, text=True, check=True).stdout
    for path in tracked.split():
        if path.startswith("tests/") and not path.endswith("package.json"):
            continue
        if path.startswith(".github/workflows/") or path.endswith(("/package.json", "/go.mod")):
            yield path
        elif path.startswith(("docker/", "manifests/", "cluster-manifests/")) and path.endswith(
            (".yaml", "Dockerfile")
        ):
            text = (render.ROOT / path).read_text(encoding="utf-8")
            if any(of_others(a or b) and ":" in (a or b) for a, b in IMAGE.findall(text)):
                yield path


# What Renovate's managers look at where nothing else is said.
DEFAULTS = {
    "github-actions": r"^\.github/workflows/.+\.ya?ml$",
    "npm": r"(^|/)package\.json$",
    "gomod": r"(^|/)go\.mod$",
}


def unseen(configuration, paths):
    patterns = [DEFAULTS[m] for m in configuration["enabledManagers"] if m in DEFAULTS]
    for manager in configuration["enabledManagers"]:
        patterns += [p.strip("/") for p in configuration.get(manager, {}).get("managerFilePatterns", [])]
    return [path for path in paths if not any(re.search(p, path) for p in patterns)]


class Versions(unittest.TestCase):
    def test_each_image_has_one_version(self):
        found = named()
        self.assertLessEqual({"postgres", "nats", "prom/alertmanager"}, set(found))
        self.assertEqual(several(found), {})

    def test_two_versions_are_noticed(self):
        self.assertEqual(several({"nats": {"2.11.4", "2.11.8"}, "postgres": {"17.6"}}), {"nats": {"2.11.4", "2.11.8"}})

    def test_the_bot_sees_every_place(self):
        configuration = json.loads((render.ROOT / "renovate.json").read_text(encoding="utf-8"))
        paths = list(files())
        self.assertGreater(len(paths), 12)
        self.assertEqual(unseen(configuration, paths), [])
        for manager in configuration["enabledManagers"]:
            fewer = configuration | {"enabledManagers": [m for m in configuration["enabledManagers"] if m != manager]}
            self.assertNotEqual(unseen(fewer, paths), [], manager)


if __name__ == "__main__":
    unittest.main()
