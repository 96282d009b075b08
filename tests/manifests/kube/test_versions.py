"""Images of others: manifests/versions names the version of each, nothing else in the manifests does, what Kustomize
does not reach names the same, and renovate.json looks at every such place."""

import functools
import json
import re
import subprocess
import unittest

import yaml
from policy import render
from policy.objects import pods

from .overlays import OVERLAYS, build

PLACE = "manifests/versions/kustomization.yaml"
# In manifests, compose.yaml and workflows; in Dockerfiles.
NAMED = re.compile(r"(?m)^\s*(?:- )?(?:image|container): [\"']?([^\s\"'#{}]+)|^ARG \w*IMAGE=(\S+)")


@functools.cache
def tracked():
    listed = subprocess.run(["git", "-C", render.ROOT, "ls-files"], capture_output=True, text=True, check=True).stdout
    return [p for p in listed.split() if (render.ROOT / p).is_file()]


def text(path):
    return (render.ROOT / path).read_text(encoding="utf-8")


def said():
    """{image: its version} of the one place."""
    images = yaml.safe_load(text(PLACE))["images"]
    return {i["name"]: i["newTag"] + (f"@{i['digest']}" if "digest" in i else "") for i in images}


def versions_in(content):
    """[(image, version)] of others that a file names with a version."""
    names = [a or b for a, b in NAMED.findall(content)]
    found = [re.match(r"([^:@]+)[:@](.+)", n) for n in names if not n.startswith(("tidings/", "${"))]
    return [m.groups() for m in found if m]


@functools.cache
def manifests():
    folders = ("manifests/", "cluster-manifests/")
    return [p for p in tracked() if p.startswith(folders) and p.endswith(".yaml")]


@functools.cache
def beyond():
    """What names images and is no manifest."""
    return [p for p in tracked() if p.startswith((".github/workflows/", "docker/")) and versions_in(text(p))]


def rendered():
    once = render.compose({"resources": ["cluster-manifests"], "components": ["manifests/components/logs"]})
    objects = [o for overlay in OVERLAYS for o in build(overlay)] + once
    objects += render.with_components("production", ["alertmanager", "dragonfly-cache", "postgres-exporter", "tls"])
    images = {c["image"] for pod in pods(objects) for c in pod.containers()}
    return dict(i.partition(":")[::2] for i in images if not i.startswith("tidings/"))


def several(pairs):
    found = {}
    for name, version in pairs:
        found.setdefault(name, set()).add(version)
    return {name: versions for name, versions in found.items() if len(versions) > 1}


def with_versions():
    """Every file of the repository that names versions of others' images, actions, or packages."""
    for path in tracked():
        if path.startswith(".github/workflows/") or path.endswith(("/package.json", "/go.mod")) or path == PLACE:
            yield path
        elif path in manifests() and versions_in(text(path)):
            yield path
    yield from (p for p in beyond() if p.startswith("docker/"))


# What Renovate's managers look at where nothing else is said.
DEFAULTS = {
    "github-actions": r"^\.github/workflows/.+\.ya?ml$",
    "kustomize": r"(^|/)kustomization\.ya?ml$",
    "npm": r"(^|/)package\.json$",
    "gomod": r"(^|/)go\.mod$",
}


def unseen(configuration, paths):
    patterns = [DEFAULTS[m] for m in configuration["enabledManagers"] if m in DEFAULTS]
    for manager in configuration["enabledManagers"]:
        patterns += [p.strip("/") for p in configuration.get(manager, {}).get("managerFilePatterns", [])]
    return [path for path in paths if not any(re.search(p, path) for p in patterns)]


class Versions(unittest.TestCase):
    def test_no_manifest_names_a_version_itself(self):
        self.assertGreater(len(manifests()), 50)
        self.assertEqual({p: v for p in manifests() if (v := versions_in(text(p)))}, {})

    def test_one_that_does_is_noticed(self):
        for line in (
            "          image: postgres:17.6",
            "- image: nats@sha256:0",
            "ARG X_IMAGE=debian:12",
            "container: a:1",
        ):
            self.assertEqual(len(versions_in(line)), 1, line)
        for line in ("image: postgres", "image: tidings/todo-be:1", "image: ${IMAGE_PREFIX:-tidings}/todo-be:1"):
            self.assertEqual(versions_in(line), [], line)

    def test_each_that_runs_has_the_version_of_the_one_place_and_each_there_runs(self):
        self.assertGreater(len(said()), 4)
        self.assertEqual(rendered(), said())

    def test_what_kustomize_does_not_reach_names_the_same(self):
        pairs = [pair for p in beyond() for pair in versions_in(text(p))]
        self.assertGreater(len(pairs), 5)
        self.assertEqual(several([*pairs, *said().items()]), {})

    def test_two_versions_are_noticed(self):
        found = several([("nats", "2.11.4"), ("nats", "2.11.8"), ("postgres", "17.6")])
        self.assertEqual(found, {"nats": {"2.11.4", "2.11.8"}})

    def test_the_bot_sees_every_place(self):
        configuration = json.loads(text("renovate.json"))
        paths = list(with_versions())
        self.assertGreater(len(paths), 10)
        self.assertEqual(unseen(configuration, paths), [])
        for manager in configuration["enabledManagers"]:
            fewer = configuration | {"enabledManagers": [m for m in configuration["enabledManagers"] if m != manager]}
            self.assertNotEqual(unseen(fewer, paths), [], manager)


if __name__ == "__main__":
    unittest.main()
