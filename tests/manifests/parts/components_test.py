"""What each component adds to and removes from an overlay, and what it leaves unchanged."""

import copy
import json
import re
import subprocess
import unittest

import yaml

from rendered import COMPONENTS, NAMES, build, of_kind, pod_templates


class every_component(unittest.TestCase):
    def test_builds_alone_and_with_the_others(self):
        for name in NAMES:
            build(name)
        for secrets in ("sealed-secrets", "sops-secrets"):  # one or the other
            build(*[n for n in NAMES if not n.endswith("-secrets")], secrets)

    def test_builds_without_the_objects_it_patches(self):
        missing = [
            ("StatefulSet", "postgres"),
            ("HorizontalPodAutoscaler", "broadcaster"),
            ("NetworkPolicy", ".*"),
            ("Secret", ".*"),
        ]
        for name in NAMES:
            build(name, without=missing)

    def test_a_component_that_does_not_exist_is_an_error(self):
        with self.assertRaises(AssertionError):
            build("no-such-component")

    def test_has_the_common_labels_on_all_objects(self):
        before = {(d["kind"], d["metadata"]["name"]) for d in build()}
        for name in NAMES:
            for doc in build(name):
                what = (doc["kind"], doc["metadata"]["name"])
                if what in before:
                    continue
                labels = doc["metadata"].get("labels", {})
                for label in ("name", "part-of", "component"):
                    self.assertIn(f"app.kubernetes.io/{label}", labels, f"{name}: {what}")

    def test_runs_its_pods_restricted_with_limits_and_without_a_token(self):
        before = {name for name, _, _ in pod_templates(build())}
        for component in NAMES:
            docs = build(component)
            for name, kind, template in pod_templates(docs):
                if name not in before:
                    made = of_kind(docs, kind)[name]["spec"].get("volumeClaimTemplates", [])
                    self.check_pod(f"{component}/{name}", template, {c["metadata"]["name"] for c in made})

    def check_pod(self, name, template, claims=frozenset()):
        pod = template["spec"]
        self.assertFalse(pod["automountServiceAccountToken"], name)
        self.assertTrue(pod["securityContext"]["runAsNonRoot"], name)
        self.assertEqual(pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"}, name)
        self.assertIn("priorityClassName", pod, name)
        for container in pod.get("initContainers", []) + pod["containers"]:
            security = container["securityContext"]
            self.assertEqual(security["capabilities"], {"drop": ["ALL"]}, name)
            self.assertTrue(security["readOnlyRootFilesystem"], name)
            self.assertFalse(security["allowPrivilegeEscalation"], name)
            for bound in ("requests", "limits"):
                self.assertEqual({"cpu", "memory"}, set(container["resources"][bound]), name)
            self.assertNotRegex(
                container["image"], r"^[^/]*[.:][^/]*/|:latest$|^[^:]*$", f"{name}: a short name with a tag"
            )
            volumes = claims | {v["name"] for v in pod["volumes"]}
            self.assertLessEqual({m["name"] for m in container["volumeMounts"]}, volumes, name)

    def test_a_pod_that_breaks_a_rule_is_detected(self):
        good = next(t for name, _, t in pod_templates(build("backup")) if name == "wal-archive")
        self.check_pod("good", good)
        for breach in (
            lambda p, c: p.pop("automountServiceAccountToken"),
            lambda p, c: p["securityContext"].pop("seccompProfile"),
            lambda p, c: p.pop("priorityClassName"),
            lambda p, c: c["securityContext"].update(capabilities={}),
            lambda p, c: c["resources"].pop("limits"),
            lambda p, c: c.update(image="example.com/x:1"),
            lambda p, c: c.update(image="x"),
            lambda p, c: p.update(volumes=[]),
        ):
            bad = copy.deepcopy(good)
            breach(bad["spec"], bad["spec"]["containers"][0])
            with self.assertRaises((AssertionError, KeyError)):
                self.check_pod("bad", bad)


class secrets(unittest.TestCase):
    def test_sealed_replaces_the_plain_ones(self):
        docs = build("sealed-secrets")
        self.assertEqual({}, of_kind(docs, "Secret"))
        self.check_keys({n: s["spec"]["encryptedData"] for n, s in of_kind(docs, "SealedSecret").items()})

    def test_sops_replaces_the_plain_ones(self):
        docs = build("sops-secrets")
        self.assertEqual({}, of_kind(docs, "Secret"))
        templates = [t for s in of_kind(docs, "SopsSecret").values() for t in s["spec"]["secretTemplates"]]
        self.check_keys({t["name"]: t["stringData"] for t in templates})

    def check_keys(self, found):
        manifests = COMPONENTS.parent
        configured = [manifests / "base/nats/users.conf", manifests / "overlays/production/nats.conf"]
        users = re.findall(r"\$NATS_PASSWORD_(\w+)", "".join(f.read_text(encoding="utf-8") for f in configured))
        script = (manifests / "base/postgres/roles.sh").read_text(encoding="utf-8")
        roles = re.findall(r"\b[A-Z]+_PASSWORD\b", script)
        templates = (COMPONENTS / of for of in ("login/secrets.yaml", "identity/secret.yaml"))
        of_programs = [s for f in templates for s in yaml.safe_load_all(f.read_text(encoding="utf-8"))]
        self.assertEqual(
            {name: set(data) for name, data in found.items()},
            {s["metadata"]["name"]: set(s["stringData"]) for s in of_programs}
            | {
                "postgres-credentials": set(roles),
                "broadcaster-credentials": {"API_TOKEN"},
                "nats-credentials": set(users),
            },
        )

    def test_an_overlay_fills_the_blanks_with_kubeseal_output(self):
        kubeseal = """apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  creationTimestamp: null
  name: postgres-credentials
  namespace: staging
spec:
  encryptedData:
    POSTGRES_PASSWORD: AgBy3i4OJSWK
  template:
    metadata:
      creationTimestamp: null
      name: postgres-credentials
      namespace: staging
"""
        command = re.search(r"sed '([^']+)'", (COMPONENTS / "sealed-secrets/README.md").read_text())[1]
        sealed = subprocess.run(["sed", command], input=kubeseal, capture_output=True, text=True, check=True).stdout
        found = of_kind(build("sealed-secrets", patches=[sealed]), "SealedSecret")["postgres-credentials"]["spec"]
        self.assertEqual("AgBy3i4OJSWK", found["encryptedData"]["POSTGRES_PASSWORD"])

    def test_an_overlay_fills_the_blanks_with_sops_output(self):
        encrypted = """apiVersion: isindir.github.com/v1alpha3
kind: SopsSecret
metadata: {name: broadcaster-credentials}
spec:
  suspend: false
  secretTemplates:
    - name: ENC[AES256_GCM,data:a,type:str]
      stringData: {API_TOKEN: "ENC[AES256_GCM,data:b,type:str]"}
sops: {mac: "ENC[AES256_GCM,data:c,type:str]", mac_only_encrypted: true}
"""
        found = of_kind(build("sops-secrets", patches=[encrypted]), "SopsSecret")["broadcaster-credentials"]
        self.assertEqual(
            [
                {
                    "name": "ENC[AES256_GCM,data:a,type:str]",
                    "stringData": {"API_TOKEN": "ENC[AES256_GCM,data:b,type:str]"},
                }
            ],
            found["spec"]["secretTemplates"],
        )
        self.assertFalse(found["spec"]["suspend"])
        self.assertTrue(found["sops"]["mac_only_encrypted"])

    def test_every_value_is_a_blank(self):
        for doc in build("sealed-secrets") + build("sops-secrets"):
            for value in re.findall(r'"(?:[A-Z]+_[A-Z_]+)": "([^"]*)"', json.dumps(doc)):
                self.assertIn(value, ("not-yet-sealed", "not-yet-encrypted", "tidings"))


class autoscale(unittest.TestCase):
    def test_extends_the_autoscaler_and_keeps_its_metrics(self):
        docs = build("autoscale-on-backlog")
        metrics = of_kind(docs, "HorizontalPodAutoscaler")["broadcaster"]["spec"]["metrics"]
        self.assertEqual(["Resource", "External", "External"], [m["type"] for m in metrics])
        self.assertEqual({}, of_kind(docs, "ScaledObject"))
        wanted = {m["external"]["metric"]["name"] for m in metrics[1:]}
        rules = yaml.safe_load((COMPONENTS / "autoscale-on-backlog/prometheus-adapter.yaml").read_text())["rules"][
            "external"
        ]
        self.assertEqual(wanted, {rule["name"]["as"] for rule in rules})


class mesh(unittest.TestCase):
    def setUp(self):
        self.docs = build("mesh-mtls")

    def test_rejects_plain_text_except_on_the_metrics_port(self):
        policies = of_kind(self.docs, "PeerAuthentication")
        self.assertTrue(all(p["spec"]["mtls"] == {"mode": "STRICT"} for p in policies.values()))
        self.assertEqual({"7777": {"mode": "PERMISSIVE"}}, policies["tidings"]["spec"]["portLevelMtls"])
        self.assertEqual("enabled", of_kind(self.docs, "Namespace")["staging"]["metadata"]["labels"]["istio-injection"])

    def test_lets_jobs_finish(self):
        seen = set()
        for name, kind, template in pod_templates(self.docs):
            self.assertEqual("true", template["metadata"]["annotations"]["sidecar.istio.io/nativeSidecar"], name)
            seen.add(kind)
        self.assertEqual({"Deployment", "StatefulSet", "Job", "CronJob"}, seen)

    def test_does_not_wait_for_the_client_where_the_server_speaks_first(self):
        services = of_kind(self.docs, "Service")
        for name, port in (("nats", 4222), ("nats-headless", 4222), ("nats-headless", 6222), ("postgres", 5432)):
            found = [p.get("appProtocol") for p in services[name]["spec"]["ports"] if p["port"] == port]
            self.assertEqual(["tcp"], found, name)


class network(unittest.TestCase):
    def test_backup_and_refresh_are_allowed_only_where_policies_exist(self):
        for component, policy, more in (
            ("backup", "postgres", ("backup-postgres", "promote-runner")),
            ("backup", "nats", ("backup-jetstream",)),
            ("data-refresh", "postgres", ("data-refresh",)),
        ):
            rules = of_kind(build(component), "NetworkPolicy")[policy]["spec"]["ingress"]
            self.assertEqual(1 + len(more), len(rules), component)
            for who, rule in zip(more, rules[1:], strict=True):
                self.assertIn(who, json.dumps(rule))
            # Our policy on the database would lock out all other clients where there was none.
            bare = of_kind(build(component, without=[("NetworkPolicy", ".*")]), "NetworkPolicy")
            selected = [json.dumps(p["spec"]["podSelector"]) for p in bare.values()]
            self.assertFalse([s for s in selected if s == "{}" or '"postgres"' in s or '"nats"' in s], component)


if __name__ == "__main__":
    unittest.main()
