"""Each rule about TLS is enforced: production with component tls, broken in one place."""

import unittest

from . import references, tls
from .refusals import Refusals
from .sample import Environment
from .test_environments import config_map

WAVE = "argocd.argoproj.io/sync-wave"


def conf(e, file, old, new, of="nats-config"):
    data = config_map(e, of)["data"]
    assert old in data[file]
    data[file] = data[file].replace(old, new)


def setting(e, name, value):
    config_map(e, "tidings-settings")["data"][name] = value


def unmounted(pod):
    pod["containers"][0]["volumeMounts"] = [
        m for m in pod["containers"][0]["volumeMounts"] if m["mountPath"] != "/run/tls"
    ]


def volume(pod, name):
    return next(v for v in pod["volumes"] if v["name"] == name)["secret"]


def variable(pod, name):
    return next(v for v in pod["containers"][0]["env"] if v["name"] == name)


def without_helper(pod, name):
    pod["containers"] = [c for c in pod["containers"] if c["name"] != name]


POSTGRES, NATS = ("StatefulSet", "postgres"), ("StatefulSet", "nats")
REFRESH, ARCHIVE = ("CronJob", "data-refresh"), ("Deployment", "wal-archive")


class Tls(Refusals, unittest.TestCase):
    room = tls
    components = ("postgres-exporter", "tls")
    broken = [
        ("certificates_have_an_issuer", "tidings-ca, which does not", lambda e: e.drop("Issuer", "tidings-ca")),
        ("certificates_have_an_issuer", "no Certificate makes", lambda e: e.drop("Certificate", "tidings-ca")),
        (
            "an_authority_is_there_before_its_issuer",
            "must be of a later wave",
            lambda e: e.get("Issuer", "tidings-ca")["metadata"]["annotations"].update({WAVE: "-1"}),
        ),
        ("nobody_is_shown_an_authoritys_key", "key of authority", lambda e: volume(e.pod(), "authority").pop("items")),
        (
            "nobody_is_shown_an_authoritys_key",
            "key of authority",
            lambda e: volume(e.pod(), "authority")["items"].append({"key": "tls.key", "path": "x"}),
        ),
        ("renewed_certificates_are_taken", "nats does not take", lambda e: without_helper(e.pod(*NATS), "reload")),
        (
            "servers_of_the_bus_check_each_other",
            "do not check",
            lambda e: conf(e, "cluster-tls.conf", "verify: true", "verify: false"),
        ),
        (
            "servers_of_the_bus_check_each_other",
            "do not check",
            lambda e: conf(e, "nats.conf", "include cluster-tls.conf", ""),
        ),
        ("programs_and_bus_agree", "must be tls://", lambda e: setting(e, "NATS_URL", "nats://nats:4222")),
        ("programs_and_bus_agree", "must not be tls://", lambda e: conf(e, "nats.conf", "include tls.conf", "")),
        ("programs_and_bus_agree", "no certificate", lambda e: unmounted(e.pod("Deployment", "broadcaster"))),
        (
            "programs_and_bus_agree",
            "backup-jetstream, container backup: NATS_URL",
            lambda e: variable(e.pod("CronJob", "backup-jetstream"), "NATS_URL").update(value="nats://nats:4222"),
        ),
        (
            "clients_and_database_agree",
            "lets in without TLS",
            lambda e: conf(e, "pg_hba.conf", "hostssl  all  ", "host     all  ", "postgres-hba"),
        ),
        ("clients_and_database_agree", "does not speak TLS", lambda e: e.main(*POSTGRES)["args"].remove("ssl=on")),
        ("clients_and_database_agree", "todo-be does not check", lambda e: setting(e, "PGSSLMODE", "require")),
        ("clients_and_database_agree", "wal-archive does not check", lambda e: unmounted(e.pod(*ARCHIVE))),
        (
            "clients_and_database_agree",
            "refresh does not check",
            lambda e: variable(e.pod(*REFRESH), "SOURCE_URL").update(value="postgresql://tidings@postgres/tidings"),
        ),
        (
            "clients_and_database_agree",
            "postgres-exporter does not check",
            lambda e: variable(e.pod("Deployment", "postgres-exporter"), "DATA_SOURCE_URI").update(
                value="$(POSTGRES_HOST):5432/x?sslmode=disable"
            ),
        ),
        (
            "servers_have_the_names_they_are_called_by",
            "lacks the name *.nats-headless",
            lambda e: e.get("Certificate", "nats-tls")["spec"].update(dnsNames=["nats", "nats-headless"]),
        ),
        (
            "servers_have_the_names_they_are_called_by",
            "lacks the name postgres",
            lambda e: e.get("Certificate", "postgres-tls")["spec"].update(dnsNames=["db"]),
        ),
    ]


class Waves(unittest.TestCase):
    """Rules about references know what cert-manager makes."""

    def test_a_certificate_that_comes_after_its_server_is_rejected(self):
        for change, words in (
            (("Certificate", "nats-tls"), "StatefulSet nats (wave 2) comes before its Secret nats-tls"),
            (("Issuer", "tidings-ca"), "Certificate nats-tls (wave 1) comes before its Issuer tidings-ca"),
        ):
            e = Environment(components=Tls.components)
            self.assertEqual(list(references.waves_in_order(e.objects)), [])
            e.get(*change)["metadata"]["annotations"][WAVE] = "9"
            self.assertIn(words, "; ".join(references.waves_in_order(e.objects)))


if __name__ == "__main__":
    unittest.main()
