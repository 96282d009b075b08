"""The script that scales an environment down and up, with a recording kubectl."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from rendered import COMPONENTS, REPOSITORY, build, of_kind

SCRIPT = COMPONENTS / "night-shutdown" / "night-shutdown"
KUBECTL = """#!/bin/sh
echo "$*" >> "$RECORD"
case "$*" in
    *"get deployment"*) echo deployment.apps/todo-be; echo deployment.apps/broadcaster ;;
    *"get statefulset"*) echo statefulset.apps/nats ;;
esac
"""


class night_shutdown(unittest.TestCase):
    def run_script(self, namespace, *arguments):
        """(exit code, what it said, what it asked of kubectl)"""
        with tempfile.TemporaryDirectory() as folder:
            record = pathlib.Path(folder, "record")
            record.touch()
            kubectl = pathlib.Path(folder, "kubectl")
            kubectl.write_text(KUBECTL)
            kubectl.chmod(0o755)
            run = subprocess.run(
                [SCRIPT, *arguments],
                capture_output=True,
                text=True,
                env={"PATH": f"{folder}:{os.environ['PATH']}", "NAMESPACE": namespace, "RECORD": str(record)},
            )
            return run.returncode, run.stderr, record.read_text().splitlines()

    def test_stops_services_before_data_and_starts_data_before_services(self):
        code, _, asked = self.run_script("staging", "down")
        self.assertEqual(0, code)
        changes = [a for a in asked if " get " not in f" {a} "]
        self.assertEqual(
            [
                '--namespace staging patch cronjob todo-cron --type merge --patch {"spec":{"suspend":true}}',
                "--namespace staging scale deployment.apps/todo-be --replicas=0",
                "--namespace staging scale deployment.apps/broadcaster --replicas=0",
                "--namespace staging scale statefulset.apps/nats --replicas=0",
            ],
            changes,
        )
        _, _, asked = self.run_script("feature-x", "up")
        changes = [a.split()[2:4] for a in asked if " get " not in f" {a} "]
        self.assertEqual(
            [
                ["scale", "statefulset.apps/nats"],
                ["scale", "deployment.apps/todo-be"],
                ["scale", "deployment.apps/broadcaster"],
                ["patch", "cronjob"],
            ],
            changes,
        )

    def test_rejects_every_protected_namespace(self):
        for namespace in ("project", "default", "kube-system", "argocd", "monitoring", "feature-", "staging2", ""):
            code, said, asked = self.run_script(namespace, "down")
            self.assertNotEqual(0, code, namespace)
            self.assertIn("not one that may sleep", said)
            self.assertEqual([], asked, "nothing was touched")

    def test_an_unknown_argument_is_rejected(self):
        self.assertEqual((2, []), self.run_script("staging", "sideways")[::2])

    def test_no_overlay_of_production_lists_it(self):
        for overlay in (REPOSITORY / "manifests" / "overlays").glob("*production*/kustomization.yaml"):
            self.assertNotIn("night-shutdown", overlay.read_text(), overlay)

    def test_may_change_only_replicas(self):
        rules = of_kind(build("night-shutdown"), "Role")["night-shutdown"]["rules"]
        writes = [
            (set(r["resources"]), r.get("resourceNames")) for r in rules if set(r["verbs"]) - {"get", "list", "watch"}
        ]
        self.assertEqual([({"deployments/scale", "statefulsets/scale"}, None), ({"cronjobs"}, ["todo-cron"])], writes)

    def test_git_sets_no_replicas_that_argo_cd_would_restore(self):
        docs = build("night-shutdown")
        for kind in ("Deployment", "StatefulSet"):
            for name, doc in of_kind(docs, kind).items():
                self.assertNotIn("replicas", doc["spec"], name)


if __name__ == "__main__":
    unittest.main()
