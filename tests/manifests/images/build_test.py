"""Builds every image and checks the result. Exits 77 (skipped) where no image can be built, and says why;
in CI ($CI) that is a failure."""

import copy
import hashlib
import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import unittest
import urllib.request

import image_runner as runner
import sbom_rules
from image_builder import ROOT, Builder, CannotBuild, enter_own_mounts

sys.path.append(str(ROOT / "tools"))

from private_servers.ports import free_port

CPP = ("todo-be", "broadcaster", "todo-cron", "receiver")
MEBIBYTE = 1024 * 1024
# Needed to render nginx's configuration; the page's image has no other programs.
PAGE_PROGRAMS = {"nginx", "bash", "sh", "envsubst", "cat", "dirname", "id", "mkdir"}
IN_CI = os.environ.get("CI", "") not in ("", "0", "false")
BUILDER = IMAGES = None
ROOTS = {}


def setUpModule():
    BUILDER.make_base()
    IMAGES.update(BUILDER.build(*CPP, "todo-fe"))
    for service, image in IMAGES.items():
        ROOTS[service] = BUILDER.container(image)[1]


def tearDownModule():
    BUILDER.close()


def files_of(root):
    return [f for f in root.rglob("*") if stat.S_ISREG(f.lstat().st_mode)]


def programs_in(root):
    """Names of programs: everything in a folder of programs, and every executable that is not a library."""
    found = {f.name for folder in ("usr/bin", "usr/sbin", "usr/local/bin") for f in (root / folder).glob("*")}
    return found | {
        f.name for f in files_of(root) if f.stat().st_mode & 0o111 and not re.search(r"\.so(\.|$)|\.sh$", f.name)
    }


def bill_of(service):
    return json.loads((ROOTS[service] / f"usr/share/sbom/{service}.spdx.json").read_text(encoding="utf-8"))


class Contents(unittest.TestCase):
    def test_cpp_images_are_at_most_60_mb(self):
        for service in CPP:
            size = sum(f.stat().st_size for f in files_of(ROOTS[service]))
            print(f"{service}: {size / MEBIBYTE:.1f} MiB")
            self.assertLess(size, 60_000_000, service)

    def test_only_the_service_can_be_run(self):
        for service in CPP:
            self.assertEqual({service}, programs_in(ROOTS[service]))
        self.assertEqual(PAGE_PROGRAMS, programs_in(ROOTS["todo-fe"]))

    def test_no_file_has_another_owner_or_is_setuid(self):
        for service, root in ROOTS.items():
            for file in files_of(root):
                self.assertFalse(
                    file.stat().st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH), f"{service}: {file}"
                )
                self.assertEqual(0, file.stat().st_uid, f"{service}: {file}")

    def test_have_ca_certificates_where_openssl_looks(self):
        for service, root in ROOTS.items():
            link = os.readlink(root / "usr/lib/ssl/cert.pem")
            self.assertIn("BEGIN CERTIFICATE", (root / link.lstrip("/")).read_text(encoding="utf-8"), service)

    def test_have_user_and_labels(self):
        for service, image in IMAGES.items():
            told = BUILDER.configuration(image)["config"]
            labels = {k.removeprefix("org.opencontainers.image."): v for k, v in told["Labels"].items()}
            self.assertEqual("1001:1001", told["User"])
            self.assertEqual(service, labels["title"])
            self.assertRegex(labels["version"], r"^\d+\.\d+\.\d+$")
            if service in CPP:
                self.assertIn(f"TIDINGS_COMMIT={labels['revision']}", told["Env"])
            commit = labels["revision"].removesuffix("-changed")
            moment = ["git", "-C", ROOT, "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", commit]
            told_by_git = subprocess.run(
                moment, capture_output=True, text=True, check=True, env=os.environ | {"TZ": "UTC"}
            ).stdout
            self.assertEqual(told_by_git.strip(), labels["created"])
            self.assertIn(told["StopSignal"], ("SIGTERM", "SIGQUIT"))

    def test_contain_the_same_bytes_as_a_local_build(self):
        if os.environ.get("TIDINGS_BUILD_TYPE", "Release") != "Release":
            self.assertFalse(IN_CI, "CI tests the release build")
            self.skipTest("the laptop's build is not a release build")
        for service in CPP:
            own = pathlib.Path(os.environ.get("TIDINGS_BUILD_DIR", ROOT / "build/release"), "bin", service)
            self.assertEqual(
                hashlib.sha256(own.read_bytes()).hexdigest(),
                bill_of(service)["packages"][0]["checksums"][0]["checksumValue"],
            )


class BillOfMaterials(unittest.TestCase):
    def test_is_valid_and_lists_every_library(self):
        for service in ROOTS:
            document = bill_of(service)
            self.assertEqual([], sbom_rules.problems(document), service)
            packages = sbom_rules.versions(document)
            seen = sbom_rules.seen_in_the_image(ROOTS[service])
            self.assertEqual(set(sbom_rules.debian_packages(document)), set(seen), service)
            for needed in ("libc6", "ca-certificates"):
                self.assertRegex(packages[needed], r"^\d", service)
            libraries = {f.name for f in (ROOTS[service] / "usr/lib").rglob("*.so*")}
            self.assertEqual(
                bool({"libssl.so.3", "libcrypto.so.3"} & libraries),
                any(p.startswith("libssl3") for p in packages),
                service,
            )
            self.assertEqual("libnats.so.3.4" in libraries, "libnats3.4" in packages, service)

    def test_lists_npm_packages_of_the_page(self):
        locked = json.loads((ROOT / "services/todo-fe/package.json").read_text(encoding="utf-8"))["dependencies"]
        packages = sbom_rules.versions(bill_of("todo-fe"))
        self.assertEqual(locked, {name: packages.get(name) for name in locked})

    def test_a_bad_one_is_detected(self):
        good = bill_of("todo-cron")
        for change, complaint in (
            (lambda d: d.update(spdxVersion="SPDX-2.2"), "spdxVersion"),
            (lambda d: d.update(documentNamespace="no uri"), "documentNamespace"),
            (lambda d: d["creationInfo"].update(created="today"), "creationInfo"),
            (lambda d: d["packages"][1].update(versionInfo=""), "no versionInfo"),
            (lambda d: d["packages"][-1].update(externalRefs=[]), "package URL"),
            (lambda d: d["packages"][2].update(SPDXID=d["packages"][1]["SPDXID"]), "twice"),
            (lambda d: d["relationships"].pop(), "not said to be in the image"),
            (lambda d: d["relationships"].pop(0), "what it describes"),
        ):
            bad = copy.deepcopy(good)
            change(bad)
            self.assertIn(complaint, "\n".join(sbom_rules.problems(bad)))


class Running(unittest.TestCase):
    """As UID 1001, on a read-only root."""

    def test_every_service_has_help(self):
        for service in CPP:
            for option, expected in (
                ("--help", "METRICS_PORT"),
                *([("--version", service)] if service != "receiver" else []),
            ):
                code, text = runner.output_of(ROOTS[service], f"/usr/bin/{service}", option)
                self.assertEqual((0, True), (code, expected in text), f"{service} {option}: {text}")

    def test_the_root_is_read_only_and_the_user_is_1001(self):
        code, text = runner.output_of(ROOTS["todo-fe"], "/usr/bin/bash", "-c", "id -u; mkdir /new || echo refused")
        self.assertEqual(0, code, text)
        self.assertIn("1001", text)
        self.assertIn("Read-only file system\nrefused", text)

    def started(self, service, environment, path, **more):
        port = free_port()
        metrics = free_port()
        entrypoint = BUILDER.configuration(IMAGES[service])["config"]["Entrypoint"]
        running = runner.running(
            ROOTS[service], entrypoint, {**environment, "PORT": port, "METRICS_PORT": metrics}, **more
        )
        _, log = self.enterContext(running)
        runner.eventually(lambda: runner.status_of(f"http://127.0.0.1:{port}{path}") == 200, f"{service}{path}", log)
        runner.eventually(
            lambda: runner.status_of(f"http://127.0.0.1:{metrics}/metrics") == 200, f"{service}'s metrics", log
        )
        return f"http://127.0.0.1:{port}"

    def test_todo_be_and_broadcaster_are_live_without_database_and_nats(self):
        nobody = free_port()
        self.started("todo-be", {"NATS_URL": f"nats://127.0.0.1:{nobody}", "POSTGRES_PORT": nobody}, "/livez")
        self.started(
            "broadcaster",
            {"NATS_URL": f"nats://127.0.0.1:{nobody}", "WEBHOOK_URL": "https://receiver.example/"},
            "/livez",
        )

    def test_the_receiver_listens(self):
        self.started("receiver", {"RECEIVER_ADDRESS": "127.0.0.1"}, "/stats")

    def test_the_page_is_served_and_proxies_to_the_backend(self):
        nobody = free_port()
        backend = self.started("todo-be", {"NATS_URL": f"nats://127.0.0.1:{nobody}", "POSTGRES_PORT": nobody}, "/livez")
        told = dict(line.split("=", 1) for line in BUILDER.configuration(IMAGES["todo-fe"])["config"]["Env"])
        page = self.started(
            "todo-fe",
            {**told, "BACKEND_URL": backend, "BROADCASTER_URL": backend},
            "/healthz",
            scratch=told["NGINX_DIR"],
            stop="QUIT",
        )
        with urllib.request.urlopen(page + "/", timeout=5) as answer:
            self.assertIn(b"<script", answer.read())
        self.assertEqual(503, runner.status_of(page + "/be-health"), "the backend's own answer: no database")


if __name__ == "__main__":
    enter_own_mounts()
    try:
        BUILDER, IMAGES = Builder(), {}
    except CannotBuild as reason:
        print(f"SKIPPED: no image is built here: {reason}")
        sys.exit(1 if IN_CI else 77)
    unittest.main(verbosity=2)
