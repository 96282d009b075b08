"""Argo CD's configuration: the order, the applications, who may delete."""

import fnmatch
import re
import unittest

import yaml
from policy import problems, render, schema
from policy.objects import dig, kind, matches
from policy.references import WAVE, wave_of

from .overlays import OVERLAYS, build, cluster, get


class Order(unittest.TestCase):
    def test_each_waits_for_what_it_talks_to(self):
        """References by name are a rule (policy.references); these are not written in any object."""
        objects = build("production")
        wave = lambda *what: wave_of(get(objects, *what))  # noqa: E731
        before = [
            (("StatefulSet", "postgres"), ("Job", "todo-be-migrate")),
            (("StatefulSet", "nats"), ("Deployment", "todo-be")),
            (("Job", "todo-be-migrate"), ("Deployment", "todo-be")),
            (("StatefulSet", "nats"), ("Deployment", "broadcaster")),
            (("Deployment", "todo-be"), ("Deployment", "todo-fe")),
            (("Deployment", "broadcaster"), ("Deployment", "todo-fe")),
            (("Deployment", "todo-be"), ("CronJob", "todo-cron")),
            (("Deployment", "todo-fe"), ("HTTPRoute", "todo-app-route")),
        ]
        for first, then in before:
            self.assertLess(wave(*first), wave(*then), f"{first} before {then}")
        self.assertEqual(min(objects, key=wave_of)["metadata"]["annotations"][WAVE], "-1")
        for sort in ("Namespace", "ResourceQuota", "NetworkPolicy"):
            self.assertEqual({wave_of(o) for o in kind(objects, sort)}, {-1}, sort)

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

    def test_each_follows_the_branch_that_moves_it(self):
        """main for what every merge may change; a branch of its own for what only a promotion may."""
        promoted = {"production"}
        for o in kind(cluster(), "Application"):
            name = o["metadata"]["name"].removeprefix("tidings-")
            self.assertEqual(o["spec"]["source"]["targetRevision"], name if name in promoted else "main", name)
        pushed = {}
        for file in sorted((render.ROOT / ".github/workflows").glob("*.yaml")):
            for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
                run = "\n".join(step.get("run", "") for step in job["steps"])
                for branch in re.findall(r"git push(?: origin (\S+))?", run):
                    pushed.setdefault(branch or "main", []).append(
                        re.findall(r"(?:tools|docker)/[\w-]+ \w+ ?\w*", run)[-1]
                    )
        self.assertEqual(set(pushed) - {"main"}, promoted)
        for branch in promoted:
            self.assertEqual(pushed[branch], [f"tools/promote staging {branch}"])

    def test_a_retry_takes_what_was_pushed_to_mend_it(self):
        templates = [o["spec"]["template"] for o in kind(cluster(), "ApplicationSet")]
        for spec in [*(t["spec"] for t in templates), *(o["spec"] for o in kind(cluster(), "Application"))]:
            self.assertIs(spec["syncPolicy"]["retry"].get("refresh"), True)

    def test_finalizers_are_names_that_the_server_takes_without_a_warning(self):
        objects = [*cluster(), get(cluster(), "ApplicationSet", "tidings-features")["spec"]["template"]]
        finalizers = [f for o in objects for f in o["metadata"].get("finalizers", [])]
        self.assertTrue(finalizers)
        for finalizer in finalizers:
            self.assertRegex(finalizer, r"^[a-z0-9.-]+\.[a-z]+/[\w.-]+$")  # domain/name

    def test_two_owners_of_an_object_write_the_same(self):
        """PriorityClasses come from cluster-manifests and, on a cluster of one's own, from the development overlay."""
        of_cluster = {(o["kind"], o["metadata"]["name"]): o for o in cluster()}
        for overlay in OVERLAYS:
            for o in build(overlay):
                if "namespace" not in o["metadata"]:
                    self.assertEqual(of_cluster.get((o["kind"], o["metadata"]["name"]), o), o, overlay)

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

    def test_it_judges_our_namespaces_and_nobody_elses(self):
        policy = get(cluster(), "ValidatingAdmissionPolicy", "tidings-namespace-deletion")["spec"]
        ours = policy["matchConstraints"]["objectSelector"]
        for overlay in OVERLAYS:
            for o in kind(build(overlay), "Namespace"):
                self.assertTrue(matches(ours, o["metadata"]["labels"]), overlay)
        self.assertFalse(matches(ours, {"kubernetes.io/metadata.name": "of-another-team"}))

    def test_protected_namespaces_are_never_deleted(self):
        policy = get(cluster(), "ValidatingAdmissionPolicy", "tidings-namespace-deletion")["spec"]
        self.assertEqual(policy["failurePolicy"], "Fail")
        self.assertEqual(policy["matchConstraints"]["resourceRules"][0]["operations"], ["DELETE"])
        who, what = (v["expression"] for v in policy["validations"])
        self.assertEqual(who, "request.userInfo.username == 'system:serviceaccount:argocd:feature-deprovisioner'")
        self.assertEqual(what, "request.name.startsWith('feature-')")
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
