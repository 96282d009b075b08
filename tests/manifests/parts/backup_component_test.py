"""The backup component: its rendered jobs, scripts and volumes."""
import unittest


from rendered import build, of_kind, pod_templates


class backup(unittest.TestCase):
    def setUp(self):
        self.docs = build("backup")
        self.cron = of_kind(self.docs, "CronJob")

    def test_every_script_that_is_called_is_mounted(self):
        scripts = next(d["data"] for n, d in of_kind(self.docs, "ConfigMap").items() if n.startswith("backup-scripts"))
        for name, _, template in pod_templates(self.docs):
            for container in template["spec"]["containers"]:
                for word in container.get("command", []):
                    if word.startswith("/opt/tidings/"):
                        self.assertIn(word.removeprefix("/opt/tidings/"), scripts, name)

    def test_daily_monthly_and_only_by_hand(self):
        schedules = {n: c["spec"]["schedule"].split() for n, c in self.cron.items()}
        for name in ("backup-postgres", "backup-jetstream"):
            self.assertEqual(["*", "*", "*"], schedules[name][2:], name)
        for name in ("backup-restore-test", "backup-restore-test-jetstream"):
            self.assertEqual(["1", "*", "*"], schedules[name][2:], name)
        suspended = {n for n, c in self.cron.items() if c["spec"].get("suspend")}
        self.assertEqual({"restore-postgres", "restore-jetstream", "republish-events"}, suspended)
        self.assertEqual({"Forbid"}, {c["spec"]["concurrencyPolicy"] for n, c in self.cron.items() if n != "todo-cron"})

    def test_pods_that_share_the_volume_share_a_node(self):
        for name, _, template in pod_templates(self.docs):
            claims = [
                v
                for v in template["spec"].get("volumes", [])
                if v.get("persistentVolumeClaim", {}).get("claimName") == "backup"
            ]
            if claims and name != "wal-archive":
                rule = template["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0]
                self.assertEqual(
                    {"matchLabels": {"app.kubernetes.io/name": "wal-archive"}}, rule["labelSelector"], name
                )

    def test_the_volume_outlives_the_application(self):
        options = of_kind(self.docs, "PersistentVolumeClaim")["backup"]["metadata"]["annotations"][
            "argocd.argoproj.io/sync-options"
        ]
        self.assertEqual("Prune=false,Delete=false", options)


if __name__ == "__main__":
    unittest.main()
