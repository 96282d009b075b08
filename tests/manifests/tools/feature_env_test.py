"""tools/feature-env on the real overlay; kubectl_stand_in replaces the cluster."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import kubectl_stand_in as stand_in
import yaml
from slug_test import ABSURD

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from release.cluster import Cluster
from release.failure import Failure
from release.rendering import Rendering, build


class Rendered(unittest.TestCase):
    """Without a cluster: --dry-run."""

    def run_it(self, *arguments, path=os.environ["PATH"]):
        return subprocess.run(
            [ROOT / "tools/feature-env", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"PATH": path},
        )

    def test_a_dry_run_prints_yaml_alone_and_needs_no_kubectl(self):
        with tempfile.TemporaryDirectory() as folder:
            for program, path in (("python3", sys.executable), ("kustomize", shutil.which("kustomize"))):
                pathlib.Path(folder, program).symlink_to(path)
            done = self.run_it("feature/login", "--dry-run", path=folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        objects = list(yaml.safe_load_all(done.stdout))
        self.assertIn("https://feature-login-df7c7a.", done.stderr)
        self.assertNotIn("BRANCH_NAME", done.stdout)
        self.assertEqual(
            {o["metadata"].get("namespace") for o in objects if o["kind"] != "Namespace"},
            {"feature-feature-login-df7c7a"},
        )

    def test_any_branch_renders_to_valid_names(self):
        built = build(ROOT / "manifests/overlays/feature")
        for branch in ABSURD:
            rendering = Rendering(built, branch)
            for o in rendering.objects:
                for key, value in (o["metadata"].get("labels") or {}).items():
                    self.assertIsInstance(value, str, f"{branch}: {key}")  # 1e5, on and 007 stay strings
                    self.assertLessEqual(len(value), 63)
            self.assertEqual(len([o for o in rendering.objects if o["kind"] == "Namespace"]), 1)

    def test_tag_and_domain_are_used(self):
        done = self.run_it("login", "--dry-run", "--tag", "abc123", "--domain", "try.example")
        images = set(re.findall(r"image: (\S*tidings/\S+)", done.stdout))
        self.assertEqual(
            {i.rsplit("/", 1)[1] for i in images},
            {f"{n}:abc123" for n in ("todo-be", "todo-fe", "broadcaster", "todo-cron")},
        )
        routes = [o for o in yaml.safe_load_all(done.stdout) if o["kind"] == "HTTPRoute"]
        self.assertEqual({h for r in routes for h in r["spec"]["hostnames"]}, {"login.try.example"})
        self.assertIn("at https://login.try.example/", done.stderr)

    def test_cluster_wide_objects_are_left_out(self):
        done = self.run_it("login", "--dry-run", "--overlay", "azure-feature")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 objects of kube-system are left out", done.stderr)
        self.assertEqual(
            {o["metadata"].get("namespace") for o in yaml.safe_load_all(done.stdout)}, {None, "feature-login"}
        )

    def test_invalid_arguments_are_rejected(self):
        for arguments, why in (
            (["login", "--tag", "a b"], "--tag"),
            (["login", "--domain", "x"], "--domain"),
            ([""], "not the name"),
            (["a\nb"], "not the name"),
            (["staging"], "an environment"),
            (["production"], "an environment"),
            (["project"], "an environment"),
            (["kube-system"], "an environment"),
            (["Default"], "an environment"),
        ):
            done = self.run_it(*arguments, "--dry-run")
            self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
            self.assertIn(why, done.stderr)

    def refuse(self, why, *documents):
        with tempfile.TemporaryDirectory() as folder:
            for n, document in enumerate(documents):
                pathlib.Path(folder, f"{n}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
            names = [f"{n}.yaml" for n in range(len(documents))]
            pathlib.Path(folder, "kustomization.yaml").write_text(
                yaml.safe_dump({"resources": names}), encoding="utf-8"
            )
            with self.assertRaisesRegex(Failure, why):
                Rendering(build(folder), "login")

    def test_an_overlay_outside_its_namespace_is_rejected(self):
        labels = {"app.kubernetes.io/part-of": "tidings"}
        own = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "feature-BRANCH_NAME", "labels": labels}}
        other = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "staging", "labels": labels}}
        unlabelled = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "feature-BRANCH_NAME"}}
        role = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "x"},
            "rules": [],
        }
        stray = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "staging"}}
        long = stray | {"metadata": {"name": "BRANCH_NAME" + "x" * 60, "namespace": "feature-BRANCH_NAME"}}
        self.refuse("Namespace staging: must be feature-login", own, other)
        self.refuse("could not be deleted", unlabelled)
        self.refuse("ClusterRole x is not in namespace feature-login", own, role)
        self.refuse("ConfigMap x is not in namespace", own, stray)
        self.refuse("at most 63", own, long)
        self.refuse("it has 0", stray | {"metadata": {"name": "x", "namespace": "feature-login"}})


class InACluster(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        stand_in.install(self.folder)

    def run_it(self, *arguments):
        return subprocess.run(
            [ROOT / "tools/feature-env", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}"},
        )

    def calls(self, verb):
        return [c for c in stand_in.calls(self.folder) if re.search(rf"(^| ){verb}( |$)", c)]

    def have(self, name, **metadata):
        stand_in.write(self.folder, namespaces={name: {"name": name, **metadata}})

    def test_a_branch_is_deployed_updated_and_deleted(self):
        done = self.run_it("feature/login")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"^https://feature-login-df7c7a\.\S+/\n$")
        waited = " ".join(self.calls("rollout") + self.calls("wait"))
        for name in (
            "deployment/todo-be",
            "deployment/broadcaster",
            "deployment/todo-fe",
            "statefulset/nats",
            "statefulset/postgres",
            "job/todo-be-migrate",
        ):
            self.assertIn(name, waited)
        self.assertFalse([c for c in stand_in.calls(self.folder) if "timeout=" not in c], "every call has a deadline")
        applied = [re.search("--dry-run=([a-z]+)", c)[1] for c in self.calls("apply")]
        self.assertEqual(applied, ["none", "server", "none"])

        done = self.run_it("feature/login", "--tag", "next")  # its migration Job has changed
        self.assertEqual(done.returncode, 0, done.stderr)

        who = "system:serviceaccount:argocd:feature-deprovisioner"
        done = self.run_it("feature/login", "--delete", "--as", who, "--context", "c1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(self.calls("delete")[-1], f"^--context=c1 --as={who} delete namespace ")
        self.assertEqual(stand_in.read(self.folder)["namespaces"], {})
        done = self.run_it("feature/login", "--delete")
        self.assertEqual(done.returncode, 0)
        self.assertIn("nothing to delete", done.stderr)

    def test_objects_rejected_by_the_server_are_not_applied(self):
        self.have("feature-login", labels={"app.kubernetes.io/part-of": "tidings"})
        stand_in.write(self.folder, reject='strict decoding error: unknown field "spec.replicaz"')
        done = self.run_it("login")
        self.assertEqual(done.returncode, 1)
        self.assertIn('unknown field "spec.replicaz"', done.stderr)
        self.assertEqual(done.stdout, "")

    def test_of_a_long_complaint_beginning_and_end_are_shown(self):
        stand_in.write(self.folder, reject=f"it begins{' so' * 2000} it ends")
        done = self.run_it("login")
        self.assertRegex(done.stderr, r"it begins so.* \[\.\.\.\] .*so it ends")
        self.assertLess(len(done.stderr), 3000)

    def test_a_hung_rollout_fails_and_shows_the_pods(self):
        stand_in.write(self.folder, stuck=["deployment/broadcaster"])
        done = self.run_it("login")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("timed out waiting", done.stderr)
        self.assertIn("ImagePullBackOff", done.stderr)

    def test_a_foreign_namespace_is_neither_deleted_nor_changed(self):
        for metadata, why in (
            ({}, "has no label"),
            ({"labels": {"app.kubernetes.io/part-of": "other"}}, "has no label"),
            (
                {"labels": {"app.kubernetes.io/part-of": "tidings"}, "annotations": {"tidings.io/branch": "other"}},
                "belongs to branch 'other'",
            ),
        ):
            self.have("feature-login", **metadata)
            for arguments in (["login", "--delete"], ["login"]):
                done = self.run_it(*arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn(why, done.stderr)
        self.assertEqual((self.calls("delete"), self.calls("apply")), ([], []))

    def test_a_protected_namespace_is_never_read(self):
        for name in ("staging", "production", "project", "default", "kube-system", "argocd", "monitoring"):
            done = self.run_it(name, "--delete")
            self.assertEqual(done.returncode, 1)
            self.assertIn("never touches it", done.stderr)
            with self.assertRaisesRegex(Failure, "is protected"):
                Cluster(deadline=10).delete_namespace(name, name)
        self.assertEqual(stand_in.calls(self.folder), [])

    def test_a_dry_run_deletes_nothing(self):
        self.assertIn("would delete namespace feature-login", self.run_it("login", "--delete", "--dry-run").stderr)
        self.assertEqual(stand_in.calls(self.folder), [])

    def test_the_stand_in_rejects_what_kubectl_rejects(self):
        done = subprocess.run(
            [f"{self.folder}/kubectl", "delete", "namespace", "x", "--no-such-flag"], capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown flag", done.stderr)


if __name__ == "__main__":
    unittest.main()
