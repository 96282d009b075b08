"""Each rule about pods is enforced: production, broken in one place."""

import json
import unittest

from . import jobs, pod_security, pods, secrets, serving
from .objects import kind
from .refusals import Refusals
from .sample import Environment

TOKEN = {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}


class PodSecurity(Refusals, unittest.TestCase):
    room = pod_security
    broken = [
        ("nothing_of_the_host", "hostNetwork", lambda e: e.pod().update(hostNetwork=True)),
        ("nothing_of_the_host", "port of the host", lambda e: e.main()["ports"][0].update(hostPort=80)),
        (
            "nothing_of_the_host",
            "host process",
            lambda e: e.pod()["securityContext"].update(windowsOptions={"hostProcess": True}),
        ),
        ("harmless_volumes", "hostPath", lambda e: e.pod()["volumes"].append({"name": "x", "hostPath": {"path": "/"}})),
        ("no_privileges", "privileged", lambda e: e.main()["securityContext"].update(privileged=True)),
        (
            "no_privileges",
            "allowPrivilegeEscalation",
            lambda e: e.main()["securityContext"].pop("allowPrivilegeEscalation"),
        ),
        ("no_privileges", "drop ALL", lambda e: e.main()["securityContext"].update(capabilities={"drop": ["NET_RAW"]})),
        ("no_privileges", "SYS_ADMIN", lambda e: e.main()["securityContext"]["capabilities"].update(add=["SYS_ADMIN"])),
        ("no_privileges", "unmasks", lambda e: e.main()["securityContext"].update(procMount="Unmasked")),
        # An init container counts as much as any other.
        (
            "no_privileges",
            "container setup",
            lambda e: e.pod().update(initContainers=[{"name": "setup", "image": "x:1"}]),
        ),
        ("never_root", "runAsNonRoot", lambda e: e.pod()["securityContext"].pop("runAsNonRoot")),
        ("never_root", "not 0", lambda e: e.main()["securityContext"].update(runAsUser=0)),
        (
            "confined",
            "seccompProfile",
            lambda e: e.pod("CronJob", "todo-cron")["securityContext"].pop("seccompProfile"),
        ),
        ("confined", "AppArmor", lambda e: e.main()["securityContext"].update(appArmorProfile={"type": "Unconfined"})),
        ("confined", "SELinux", lambda e: e.pod()["securityContext"].update(seLinuxOptions={"type": "spc_t"})),
        (
            "confined",
            "sysctl",
            lambda e: e.pod()["securityContext"].update(sysctls=[{"name": "kernel.msgmax", "value": "1"}]),
        ),
        (
            "read_only_root",
            "readOnlyRoot",
            lambda e: e.main("StatefulSet", "nats")["securityContext"].pop("readOnlyRootFilesystem"),
        ),
        (
            "namespaces_enforce",
            "enforce",
            lambda e: e.get("Namespace", "project")["metadata"]["labels"].pop("pod-security.kubernetes.io/enforce"),
        ),
        (
            "namespaces_enforce",
            "warn",
            lambda e: e.get("Namespace", "project")["metadata"]["labels"].update(
                {"pod-security.kubernetes.io/warn": "baseline"}
            ),
        ),
    ]


class Pods(Refusals, unittest.TestCase):
    room = pods
    broken = [
        ("requests_and_limits", "memory", lambda e: e.main()["resources"]["limits"].pop("memory")),
        ("requests_and_limits", "container setup", lambda e: e.pod().update(initContainers=[{"name": "setup"}])),
        ("requests_and_limits", "more cpu", lambda e: e.main()["resources"]["requests"].update(cpu="2")),
        ("bounded_scratch", "sizeLimit", lambda e: e.pod()["volumes"].append({"name": "x", "emptyDir": {}})),
        ("no_token", "automount", lambda e: e.pod().pop("automountServiceAccountToken")),
        ("no_service_links", "enableServiceLinks", lambda e: e.pod("Job", "todo-be-migrate").pop("enableServiceLinks")),
        ("has_priority", "priorityClassName", lambda e: e.pod().pop("priorityClassName")),
        ("spread", "topologySpreadConstraint", lambda e: e.pod().pop("topologySpreadConstraints")),
        ("spread", "topology.kubernetes.io/zone", lambda e: e.pod()["topologySpreadConstraints"].pop(1)),
        (
            "spread",
            "other pods",
            lambda e: e.pod()["topologySpreadConstraints"][0].update(
                labelSelector={"matchLabels": {"app.kubernetes.io/name": "nats"}}
            ),
        ),
        ("pinned_images", "needs a tag", lambda e: e.main().update(image="tidings/todo-be")),
        ("pinned_images", "needs a tag", lambda e: e.main().update(image="tidings/todo-be:latest")),
        ("pinned_images", "names a registry", lambda e: e.main().update(image="quay.invalid/tidings/todo-be:1")),
    ]

    def test_a_pod_bound_to_a_role_may_have_a_token(self):
        e = Environment()
        e.pod().pop("automountServiceAccountToken")
        e.objects.append(
            {
                "kind": "RoleBinding",
                "metadata": {"name": "x"},
                "subjects": [{"kind": "ServiceAccount", "name": "tidings"}],
            }
        )
        self.assertEqual(list(pods.no_token(e.objects)), [])


def endpoint(e, **more):
    """In the broadcaster's file."""
    found = next(o for o in e.objects if o["metadata"]["name"].startswith("broadcaster-config"))
    found["data"]["config.yaml"] = json.dumps({"endpoints": [{"name": "billing", "url": "https://x.example"} | more]})


class Secrets(Refusals, unittest.TestCase):
    room = secrets
    broken = [
        ("not_written_down", "POSTGRES_PASSWORD", lambda e: e.env("POSTGRES_PASSWORD", "hunter2")),
        ("not_written_down", "NATS_URL", lambda e: e.env("NATS_URL", "nats://me:hunter2@nats:4222")),
        (
            "not_written_down",
            "API_TOKEN",
            lambda e: next(o for o in e.objects if o["kind"] == "ConfigMap")["data"].update(API_TOKEN="x"),
        ),
        ("endpoints_name_files", "plain sight", lambda e: endpoint(e, secrets=["whsec_x"])),
        ("endpoints_name_files", "no Secret", lambda e: endpoint(e, secret_files=["/run/secrets/x"])),
        ("read_from_files", "API_TOKEN_FILE", lambda e: e.main()["env"].append(TOKEN)),
        ("read_from_files", "whole Secret", lambda e: e.main()["envFrom"].append({"secretRef": {"name": "s"}})),
        ("mounted_for_its_group_only", "0440", lambda e: e.pod()["volumes"][0]["secret"].pop("defaultMode")),
        ("mounted_for_its_group_only", "fsGroup", lambda e: e.pod()["securityContext"].pop("fsGroup")),
    ]

    def test_an_endpoint_reads_its_keys_from_the_mounted_secret(self):
        e = Environment()
        endpoint(e, secret_files=["/run/secrets/endpoints/billing-new", "/run/secrets/endpoints/billing"])
        self.assertEqual(list(secrets.endpoints_name_files(e.objects)), [])


class Serving(Refusals, unittest.TestCase):
    room = serving
    broken = [
        ("probes_differ", "needs a livenessProbe", lambda e: e.main().pop("livenessProbe")),
        (
            "probes_differ",
            "ask the same",
            lambda e: e.main().update(livenessProbe={**e.main()["readinessProbe"], "periodSeconds": 60}),
        ),
        (
            "probes_differ",
            "helper metrics",
            lambda e: e.pod("StatefulSet", "nats")["containers"][1].update(readinessProbe={"tcpSocket": {"port": 1}}),
        ),
        (
            "rollout_keeps_capacity",
            "maxUnavailable: 0",
            lambda e: e.get("Deployment", "todo-fe")["spec"].pop("strategy"),
        ),
        ("stops_gracefully", "preStop", lambda e: e.main().pop("lifecycle")),
        ("stops_gracefully", "must be more than 27", lambda e: e.pod().update(terminationGracePeriodSeconds=27)),
        ("stops_gracefully", "must be more than 67", lambda e: e.env("DRAIN_TIMEOUT", "1m", of="broadcaster")),
    ]


class Jobs(Refusals, unittest.TestCase):
    room = jobs
    broken = [
        (
            "jobs_end",
            "activeDeadlineSeconds",
            lambda e: e.get("Job", "todo-be-migrate")["spec"].pop("activeDeadlineSeconds"),
        ),
        ("jobs_end", "ttlSeconds", lambda e: e.get("Job", "todo-be-migrate")["spec"].pop("ttlSecondsAfterFinished")),
        (
            "schedules_never_pile_up",
            "Forbid",
            lambda e: e.get("CronJob", "todo-cron")["spec"].update(concurrencyPolicy="Allow"),
        ),
        (
            "schedules_never_pile_up",
            "failedJobs",
            lambda e: e.get("CronJob", "todo-cron")["spec"].pop("failedJobsHistoryLimit"),
        ),
        (
            "schedules_never_pile_up",
            "misses runs",
            lambda e: e.get("CronJob", "todo-cron")["spec"].update(startingDeadlineSeconds=5),
        ),
        (
            "the_hour_is_the_runs_own",
            "within the hour",
            lambda e: e.get("CronJob", "todo-cron")["spec"].update(schedule="30 * * * *"),
        ),
        (
            "the_hour_is_the_runs_own",
            "fixed minute",
            lambda e: e.get("CronJob", "todo-cron")["spec"].update(schedule="@hourly"),
        ),
        *(
            ("scripts_wait_for_servers", name, lambda e, name=name: impatient(e, name))
            for name in ("backup-postgres", "backup-jetstream", "backup-check", "restore-jetstream", "republish-events")
        ),
        ("scripts_wait_for_servers", "refresh-staging", lambda e: impatient(e, "refresh-staging")),
    ]

    def test_a_restore_test_with_a_server_of_its_own_need_not_wait(self):
        e = Environment()
        impatient(e, "restore-jetstream")
        (said,) = jobs.scripts_wait_for_servers(e.objects)
        self.assertTrue(said.startswith("CronJob restore-jetstream: "), said)


def impatient(e, script):
    """Without the lines in which it waits."""
    (scripts,) = [o["data"] for o in kind(e.objects, "ConfigMap") if script in o.get("data", {})]
    lines = scripts[script].splitlines()
    scripts[script] = "\n".join(line for line in lines if "/patiently" not in line and not line.startswith("until "))
