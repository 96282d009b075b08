"""The manifests set only variables that the programs read: a misspelt one would be silently ignored."""

import base64
import re
import subprocess
import tempfile
import unittest

import yaml
from policy import render
from policy.objects import kind, pods

from .overlays import OVERLAYS, build, config, settings

# Read by Kubernetes or the language, not our settings.
NOT_OURS = {"GOMEMLIMIT"}
OF_LIBPQ = {"PGSSLMODE", "PGSSLROOTCERT"}
# Sources of libs/service with the settings that services share, and the call by which a service reads them.
SHARED = {"settings": "service::read(in, s.log)", "api": "service::read(in, s.api", "nats": "service::read(in, s.nats)"}


def known(program):
    """The variables in a service's sources: {"key", "NAME", "meaning"} in C++, NAME in the page's script."""
    folder = render.ROOT / "services" / program
    if program == "todo-fe":
        return set(re.findall(r"^#   ([A-Z_]+) ", (folder / "nginx/render.sh").read_text(encoding="utf-8"), re.M))
    own = "".join(f.read_text(encoding="utf-8") for f in sorted(folder.glob("*settings.cpp")))
    shared = (render.ROOT / "libs/service" / f"{room}.cpp" for room, call in SHARED.items() if call in own)
    sources = own + "".join(f.read_text(encoding="utf-8") for f in (*shared, *folder.glob("endpoints/*.cpp")))
    return set(re.findall(r'\{"[a-z_]+", "([A-Z_]+)",', sources))


class Settings(unittest.TestCase):
    def test_every_variable_is_read_by_the_program(self):
        for overlay in OVERLAYS:
            for pod in pods(build(overlay)):
                for c in pod.containers():
                    if not c["image"].startswith("tidings/"):
                        continue
                    program = c["image"].partition("/")[2].partition(":")[0]
                    names, read = {e["name"] for e in c.get("env", [])} - NOT_OURS, known(program)
                    unread = {n for n in names if not {n, n.removesuffix("_FILE")} & read}
                    self.assertEqual(unread, set(), f"{overlay}: {pod.name}")

    def test_every_shared_setting_is_used(self):
        readers = known("todo-be") | known("broadcaster")
        for overlay in OVERLAYS:
            self.assertEqual(set(settings(build(overlay))) - readers, set())
        for component, overlay in (("tls", "production"), ("tls-nats", "staging")):
            with_tls = settings(render.with_components(overlay, [component]))
            self.assertEqual(set(with_tls) - readers - OF_LIBPQ, set(), component)

    def test_the_sources_are_parsed(self):
        self.assertIn("SHUTDOWN_TIMEOUT", known("todo-be"))
        self.assertIn("OIDC_ISSUER", known("todo-be"))
        self.assertIn("WEBHOOK_URL", known("broadcaster"))
        self.assertIn("BACKEND_URL", known("todo-cron"))
        self.assertIn("WORKERS", known("todo-fe"))

    def test_a_webhook_secret_is_a_valid_key(self):
        found = [
            secret["stringData"]["WEBHOOK_SECRET"]
            for overlay in OVERLAYS
            for secret in kind(build(overlay), "Secret")
            if "WEBHOOK_SECRET" in secret.get("stringData", {})
        ]
        self.assertNotEqual(found, [])
        for secret in found:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
            self.assertIn(len(key), range(24, 65))

    def test_arguments_are_known(self):
        for pod in pods(build("production")):
            for c in pod.containers():
                if c["image"].startswith("tidings/"):
                    self.assertLessEqual(
                        set(c.get("args", [])), {"--migrate-only", "--config", "/etc/broadcaster/config.yaml"}
                    )


class Scraping(unittest.TestCase):
    def test_prometheus_accepts_the_scrape_configuration(self):
        for overlay in ("azure-feature", "azure-production"):
            # Debian 12's Prometheus is built without Kubernetes: that line is read here, all others by promtool.
            written = config(build(overlay), "ama-metrics-prometheus-config", "prometheus-config")
            text, found = re.subn(
                r"kubernetes_sd_configs:\n      - role: pod\n(        namespaces: \{names: \[\w+\]\}\n)?",
                "static_configs: []\n",
                written,
            )
            self.assertEqual(found, len(yaml.safe_load(written)["scrape_configs"]), overlay)
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text)
                file.flush()
                done = subprocess.run(
                    ["promtool", "check", "config", "--syntax-only", file.name],
                    capture_output=True,
                    text=True,
                    timeout=30,
                    check=False,
                )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
