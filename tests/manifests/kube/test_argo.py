"""Argo CD's configuration: the order, the applications, an environment for each branch, who may delete."""

import fnmatch
import hashlib
import importlib
import json
import re
import sys
import unittest

import yaml
from policy import problems, render, schema
from policy.objects import dig, kind

from .go_template import execute
from .overlays import build, get

WAVE = "argocd.argoproj.io/sync-wave"
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


def cluster():
    return render.build("cluster-manifests")


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


class Order(unittest.TestCase):
    def test_each_waits_for_what_it_needs(self):
        objects = build("production")
        order = [
            ("Namespace", "project"),
            ("HTTPRoute", "todo-app-route"),
            ("StatefulSet", "postgres"),
            ("StatefulSet", "nats"),
            ("Job", "todo-be-migrate"),
            ("Deployment", "todo-be"),
            ("Deployment", "broadcaster"),
            ("Deployment", "todo-fe"),
            ("CronJob", "todo-cron"),
        ]
        waves = [int(get(objects, *what)["metadata"]["annotations"][WAVE]) for what in order]
        self.assertEqual(waves, [-1, 0, 1, 2, 3, 4, 5, 6, 7])

    def test_each_sync_recreates_the_migration(self):
        annotations = get(build("production"), "Job", "todo-be-migrate")["metadata"]["annotations"]
        self.assertEqual(annotations["argocd.argoproj.io/hook"], "Sync")
        self.assertEqual(annotations["argocd.argoproj.io/hook-delete-policy"], "BeforeHookCreation")


class Applications(unittest.TestCase):
    def test_they_keep_the_cluster_in_sync_with_git(self):
        for name, namespace in (("production", "project"), ("staging", "staging")):
            spec = get(cluster(), "Application", f"tidings-{name}")["spec"]
            self.assertEqual(spec["source"]["path"], f"manifests/overlays/{name}")
            self.assertEqual(spec["destination"]["namespace"], namespace)
            self.assertEqual(spec["syncPolicy"]["automated"], {"prune": True, "selfHeal": True})
            self.assertGreater(spec["syncPolicy"]["retry"]["limit"], 0)

    def test_autoscaled_replicas_are_ignored(self):
        for name in ("production", "staging"):
            spec = get(cluster(), "Application", f"tidings-{name}")["spec"]
            self.assertIn("RespectIgnoreDifferences=true", spec["syncPolicy"]["syncOptions"])
            scaled = {o["spec"]["scaleTargetRef"]["kind"] for o in kind(build(name), "HorizontalPodAutoscaler")}
            self.assertEqual({d["kind"] for d in spec["ignoreDifferences"]}, scaled)

    def test_the_project_allows_the_overlays_objects(self):
        project = get(cluster(), "AppProject", "tidings")["spec"]
        allowed = {k["kind"] for k in project["clusterResourceWhitelist"]}
        for overlay in ("staging", "production", "feature"):
            self.assertEqual({o["kind"] for o in build(overlay) if "namespace" not in o["metadata"]}, allowed)

    def test_the_cluster_manifests_are_valid(self):
        self.assertEqual(problems(cluster()) + schema.problems(cluster()), [])


class Features(unittest.TestCase):
    def setUp(self):
        self.spec = get(cluster(), "ApplicationSet", "tidings-features")["spec"]
        self.slug_template = self.spec["generators"][0]["pullRequest"]["values"]["slug"]

    def application(self, slug):
        """The template, rendered like the controller."""
        return json.loads(execute(json.dumps(self.spec["template"]), {"values": {"slug": slug}, "head_sha": "0" * 40}))

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
            source = self.application(slug)["spec"]["source"]
            images = [{"name": i.split(":")[0], "newTag": i.split(":")[1]} for i in source["kustomize"]["images"]]
            theirs = render.compose(
                {
                    "resources": [source["path"]],
                    "namespace": source["kustomize"]["namespace"],
                    "images": images,
                    "patches": source["kustomize"]["patches"],
                }
            )
            key = lambda o: (o["kind"], o["metadata"]["name"])  # noqa: E731
            self.assertEqual(sorted(theirs, key=key), sorted(build("feature", slug), key=key))

    def test_it_is_deployed_to_the_branchs_namespace(self):
        application = self.application("fix-login")
        self.assertEqual(application["metadata"]["name"], "feature-fix-login")
        self.assertEqual(application["spec"]["destination"]["namespace"], "feature-fix-login")

    def test_only_labelled_pull_requests_are_deployed(self):
        self.assertEqual(self.spec["generators"][0]["pullRequest"]["github"]["labels"], ["preview"])


class Deletion(unittest.TestCase):
    """The expressions are CEL: without an evaluator, their text is checked."""

    def test_only_the_deprovisioner_may_delete(self):
        deleting = [
            r["metadata"]["name"]
            for r in kind(cluster(), "ClusterRole", "Role")
            if any({"delete", "*"} & set(rule["verbs"]) for rule in r["rules"])
        ]
        self.assertEqual(deleting, ["tidings-feature-deprovisioner"])
        bound = [b for b in kind(cluster(), "ClusterRoleBinding") if b["roleRef"]["name"] == deleting[0]]
        self.assertEqual([s["name"] for b in bound for s in b["subjects"]], ["feature-deprovisioner"])

    def test_protected_namespaces_are_never_deleted(self):
        policy = get(cluster(), "ValidatingAdmissionPolicy", "tidings-namespace-deletion")["spec"]
        self.assertEqual(policy["failurePolicy"], "Fail")
        self.assertEqual(policy["matchConstraints"]["resourceRules"][0]["operations"], ["DELETE"])
        who, what = (v["expression"] for v in policy["validations"])
        self.assertEqual(who, "request.userInfo.username == 'system:serviceaccount:argocd:feature-deprovisioner'")
        self.assertTrue(what.startswith("request.name.startsWith('feature-') && "))
        binding = get(cluster(), "ValidatingAdmissionPolicyBinding", "tidings-namespace-deletion")["spec"]
        self.assertEqual(
            (binding["policyName"], binding["validationActions"]), ("tidings-namespace-deletion", ["Deny"])
        )


class Azure(unittest.TestCase):
    def test_argo_cd_skips_forbidden_objects_and_one_command_applies_them(self):
        allowed = [d["namespace"] for d in get(cluster(), "AppProject", "tidings")["spec"]["destinations"]]
        selector = re.search(
            r"azure-production \| kubectl apply --selector (\S+)=(\S+) -f -",
            (render.ROOT / "manifests/README.md").read_text(encoding="utf-8"),
        )
        for overlay in ("azure-feature", "azure-production"):
            objects = build(overlay)
            forbidden = [
                o
                for o in objects
                if "namespace" in o["metadata"]
                and not any(fnmatch.fnmatch(o["metadata"]["namespace"], a) for a in allowed)
            ]
            skipped = [o for o in objects if dig(o, "metadata", "annotations", "argocd.argoproj.io/hook") == "Skip"]
            selected = [o for o in objects if dig(o, "metadata", "labels", selector[1]) == selector[2]]
            self.assertEqual(
                [o["metadata"]["name"] for o in forbidden],
                ["ama-metrics-prometheus-config", "ama-metrics-settings-configmap"],
            )
            self.assertEqual((skipped, selected), (forbidden, forbidden))

    def test_the_agent_scrapes_the_environments_namespace(self):
        for overlay, namespace in (("azure-feature", "feature-.+"), ("azure-production", "project")):
            config = get(build(overlay), "ConfigMap", "ama-metrics-prometheus-config")
            self.assertEqual(config["metadata"]["namespace"], "kube-system")
            job = yaml.safe_load(config["data"]["prometheus-config"])["scrape_configs"][0]
            self.assertEqual(job["relabel_configs"][0]["regex"], namespace)


if __name__ == "__main__":
    unittest.main()
