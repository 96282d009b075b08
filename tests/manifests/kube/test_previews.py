"""An environment for each labelled pull request: its name, its images, what it may reach."""

import fnmatch
import hashlib
import importlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from policy import render
from policy.objects import pods

from .go_template import execute
from .overlays import build, cluster, get

# Branches and their slugs: unchanged; changed, so marked; too long, so cut and marked; looks marked, so marked.
BRANCHES = [
    "fix-login",
    "a",
    "a" * 40,
    "a" * 41,
    "Fix-Login",
    "feature/Über_cool!",
    "---",
    "fix--login",
    "x" * 32 + "-" + "y" * 40,
    "fix-0a1b2c",
    "1e5",
]


OURS = ("tidings/broadcaster", "tidings/todo-be", "tidings/todo-cron", "tidings/todo-fe")


def images(objects):
    return {c["image"] for pod in pods(objects) for c in pod.containers()}


def permitted(project, o):
    """As Argo CD decides (AppProject): cluster-wide kinds that are listed, others in a destination, if listed where a
    list is."""
    if "namespace" not in o["metadata"]:
        return any(fnmatch.fnmatch(o["kind"], k["kind"]) for k in project.get("clusterResourceWhitelist", []))
    namespaces = [d["namespace"] for d in project["destinations"]]
    kinds = [k["kind"] for k in project.get("namespaceResourceWhitelist", [{"kind": "*"}])]
    return any(fnmatch.fnmatch(o["metadata"]["namespace"], n) for n in namespaces) and any(
        fnmatch.fnmatch(o["kind"], k) for k in kinds
    )


def expected_slug(branch):
    """The slugs of these branches, by contract and by tools/feature-env."""
    mark = hashlib.sha256(branch.encode()).hexdigest()[:6]
    return {
        "fix-login": "fix-login",
        "a": "a",
        "a" * 40: "a" * 40,
        "1e5": "1e5",
        "a" * 41: f"{'a' * 33}-{mark}",
        "Fix-Login": f"fix-login-{mark}",
        "feature/Über_cool!": f"feature-ber-cool-{mark}",
        "---": mark,
        "fix--login": f"fix-login-{mark}",
        "x" * 32 + "-" + "y" * 40: f"{'x' * 32}-{mark}",
        "fix-0a1b2c": f"fix-0a1b2c-{mark}",
    }[branch]


class Features(unittest.TestCase):
    def setUp(self):
        self.spec = get(cluster(), "ApplicationSet", "tidings-features")["spec"]
        self.slug_template = self.spec["generators"][0]["pullRequest"]["values"]["slug"]

    def application(self, slug, of="tidings-features"):
        """The template, rendered like the controller."""
        template = get(cluster(), "ApplicationSet", of)["spec"]["template"]
        return json.loads(execute(json.dumps(template), {"values": {"slug": slug}, "head_sha": "0" * 40}))

    def rendered(self, slug, of="tidings-features"):
        source = self.application(slug, of)["spec"]["source"]
        return render.compose(
            {
                "resources": [source["path"]],
                "namespace": source["kustomize"]["namespace"],
                "patches": source["kustomize"]["patches"],
            }
        )

    def test_a_branch_has_the_slug_that_the_tool_gives_it(self):
        for branch in BRANCHES:
            with self.subTest(branch=branch):
                self.assertEqual(execute(self.slug_template, {"branch": branch}), expected_slug(branch))

    def test_the_tool_agrees(self):
        sys.path.insert(0, str(render.ROOT / "tools"))
        self.addCleanup(sys.path.pop, 0)
        slug = importlib.import_module("release.slug").slug
        for branch in BRANCHES:
            self.assertEqual(slug(branch), expected_slug(branch), branch)

    def test_it_renders_what_the_tool_renders(self):
        for slug in ("fix-login", "1e5"):
            theirs = self.rendered(slug) + self.rendered(slug, "tidings-fences")
            key = lambda o: (o["kind"], o["metadata"]["name"])  # noqa: E731
            ours = sorted(build("feature", slug), key=key)
            for pod in (*pods(theirs), *pods(ours)):  # tags: the next test
                for c in pod.containers():
                    c["image"] = re.sub("^(tidings/.*):.*", r"\1", c["image"])
            self.assertEqual(sorted(theirs, key=key), ours)

    def test_it_has_the_images_of_its_commit_from_the_deployers_registry(self):
        """Set as Argo CD sets them: kustomize edit set image, in the overlay, whose newName is the deployer's."""
        wanted = self.application("fix-login")["spec"]["source"]["kustomize"]["images"]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(render.ROOT / "manifests", f"{folder}/manifests")
            overlay = pathlib.Path(folder, "manifests/overlays/feature")
            file = overlay / "kustomization.yaml"
            text = re.sub(
                r"name: tidings/([a-z-]+),", r"name: tidings/\1, newName: registry.example/team/\1,", file.read_text()
            )
            file.write_text(text)
            subprocess.run(["kustomize", "edit", "set", "image", *wanted], cwd=overlay, check=True, timeout=60)
            found = {i for i in images(render.parse(render.run(overlay))) if "team" in i or "tidings" in i}
        self.assertEqual(found, {n.replace("tidings", "registry.example/team") + ":" + "0" * 40 for n in OURS})

    def test_it_is_deployed_to_the_branchs_namespace(self):
        application = self.application("fix-login")
        self.assertEqual(application["metadata"]["name"], "feature-fix-login")
        self.assertEqual(application["spec"]["destination"]["namespace"], "feature-fix-login")

    def test_fence_and_preview_are_of_the_same_pull_requests(self):
        fences = get(cluster(), "ApplicationSet", "tidings-fences")["spec"]
        self.assertEqual(fences["generators"], self.spec["generators"])
        self.assertTrue(fences["syncPolicy"]["preserveResourcesOnDeletion"])  # or it would go before what it fences in
        self.assertEqual(self.application("x", "tidings-fences")["spec"]["source"]["targetRevision"], "main")

    def test_a_pull_request_reaches_nothing_but_its_own_workloads(self):
        """A transformer of its own may put anything anywhere: what counts is what its project permits."""
        spec = self.application("fix-login")["spec"]
        project = get(cluster(), "AppProject", spec["project"])["spec"]
        for o in self.rendered("fix-login"):
            self.assertTrue(permitted(project, o), o["kind"])
        hostile = [
            {"kind": "NetworkPolicy", "namespace": "project"},  # seen: production's deny-all, changed by a preview
            {"kind": "Deployment", "namespace": "project"},
            {"kind": "Deployment", "namespace": "staging"},
            {"kind": "Secret", "namespace": "argocd"},
            {"kind": "Namespace"},
            {"kind": "ClusterRoleBinding"},
            *({"kind": k, "namespace": "feature-fix-login"} for k in ("NetworkPolicy", "ResourceQuota", "RoleBinding")),
        ]
        for o in hostile:
            metadata = {"name": "x"} | ({"namespace": o["namespace"]} if "namespace" in o else {})
            self.assertFalse(permitted(project, {"kind": o["kind"], "metadata": metadata}), o)

    def test_only_labelled_pull_requests_are_deployed(self):
        self.assertEqual(self.spec["generators"][0]["pullRequest"]["github"]["labels"], ["preview"])


if __name__ == "__main__":
    unittest.main()
