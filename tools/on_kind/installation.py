"""A cluster of kind with an overlay of manifests/kind, from the sources here; and its end."""

import base64
import os
import secrets
import shutil
import sys

import yaml

from release import programs
from release.cluster import Cluster
from release.failure import Failure
from release.images import ROOT
from release.rendering import build, parse

FOLDER = ROOT / "manifests/kind"
URL = "http://127.0.0.1:8080"  # of cluster.yaml
NEEDED = {
    "docker": "builds images, and is the nodes",
    "kind": "kind.sigs.k8s.io",
    "kubectl": "",
    "kustomize": "",
    "openssl": "",
}
BUILD_TIMEOUT, START_TIMEOUT = 3600, 600


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def must_be_installed():
    missing = [f"{name} ({what})" if what else name for name, what in NEEDED.items() if not shutil.which(name)]
    if missing:
        raise Failure(f"not installed: {', '.join(missing)}")


class Installation:
    """overlay: of manifests/kind. name: of the cluster."""

    def __init__(self, overlay, *, name="tidings", deadline=900, url=URL):
        self.overlay, self.name, self.deadline, self.url = overlay, name, deadline, url
        self.text = build(FOLDER / overlay)
        self.objects = [o for o in map(parse, self.text.split("\n---\n")) if o]
        self.namespace = next(o["metadata"]["name"] for o in self.objects if o["kind"] == "Namespace")
        self.cluster = None  # until it is there

    def images(self):
        """Ours, as the overlay names them."""
        found = {c["image"] for pod in self.pods() for c in pod["containers"]}
        return sorted(i for i in found if i.startswith("tidings/"))

    def pods(self):
        for o in self.objects:
            spec = o.get("spec", {})
            spec = spec["jobTemplate"]["spec"] if o["kind"] == "CronJob" else spec
            if "template" in spec and "spec" in spec["template"]:
                yield spec["template"]["spec"]

    def start(self):
        if self.name not in programs.run(["kind", "get", "clusters"], timeout=60).split():
            say(f"making cluster {self.name} (three nodes)")
            config = f"--config={FOLDER / 'cluster.yaml'}"
            create = ["kind", "create", "cluster", f"--name={self.name}", config, "--wait=5m"]
            programs.run(create, timeout=START_TIMEOUT)
        self.cluster = Cluster(deadline=self.deadline, context=f"kind-{self.name}")

    def load_images(self):
        images = self.images()
        tags = {i.partition(":")[2] for i in images}
        if len(tags) != 1:
            raise Failure(f"the images of {self.overlay} have several tags: {', '.join(images)}")
        say("building images: the first time takes some ten minutes")
        names = [i.partition(":")[0].removeprefix("tidings/") for i in images]
        environment = os.environ | {"IMAGE_TAG": tags.pop(), "IMAGE_PREFIX": "tidings"}
        programs.run([ROOT / "docker/build", *names], timeout=BUILD_TIMEOUT, env=environment)
        say("loading them into the nodes")
        programs.run(["kind", "load", "docker-image", f"--name={self.name}", *images], timeout=START_TIMEOUT)

    def apply(self, more=()):
        """`more`: objects that the overlay does not have; they come first, after the namespace."""
        namespace = [o for o in self.objects if o["kind"] == "Namespace"]
        self.cluster.apply(yaml.safe_dump_all([*namespace, *more]))
        for job in self._named("Job"):
            self.cluster.delete_job(self.namespace, job)
        self.cluster.apply(self.text)

    def wait(self):
        try:
            for job in self._named("Job"):
                say(f"waiting for {job}")
                self.cluster.await_job(self.namespace, job)
            for workload in self._named("StatefulSet", "Deployment"):
                say(f"waiting for {workload}")
                self.cluster.await_rollout(self.namespace, workload)
        except Failure as wrong:
            raise Failure(f"{wrong}\n{self.cluster.state(self.namespace)}") from None

    def _named(self, *kinds):
        return [f"{o['kind'].lower()}/{o['metadata']['name']}" for o in self.objects if o["kind"] in kinds]

    def given(self, secret, key):
        """Of a Secret that the overlay itself has: public knowledge."""
        found = (o for o in self.objects if o["kind"] == "Secret" and o["metadata"]["name"] == secret)
        return next(found)["stringData"][key]

    def smoke(self, **tokens):
        """What tools/smoke prints; tokens: of its environment."""
        return programs.run([ROOT / "tools/smoke", self.url, "--deadline=120"], timeout=180, env=os.environ | tokens)

    def delete(self):
        programs.run(["kind", "delete", "cluster", f"--name={self.name}"], timeout=START_TIMEOUT)


class Credentials:
    """Of production's Secrets, made anew; never printed, and in no argument of a program."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.api_token, self.webhook_token = secrets.token_hex(24), secrets.token_hex(24)
        self._password = secrets.token_hex(12)

    @property
    def page_login(self):
        return f"e2e:{self._password}"

    def objects(self):
        password = programs.run(["openssl", "passwd", "-apr1", "-stdin"], timeout=30, stdin=self._password).strip()
        users = ("TODO_BE", "BROADCASTER", "BACKUP", "OPERATOR", "ROUTES")
        roles = ("SUPERUSER", "POSTGRES", "BACKUP", "METRICS")
        hook = {
            "WEBHOOK_URL": "http://receiver:8088/hook",
            "WEBHOOK_SECRET": f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        yield self._secret("postgres", {f"{role}_PASSWORD": secrets.token_hex(24) for role in roles})
        yield self._secret("nats", {user: f"n{secrets.token_hex(24)}" for user in users})
        yield self._secret("broadcaster", {"API_TOKEN": self.webhook_token} | hook)
        yield self._secret("todo-be", {"API_TOKEN": self.api_token})
        yield self._secret("todo-cron", {"API_TOKEN": secrets.token_hex(24)})  # suspended there: nobody asks for it
        yield self._secret("todo-fe", {"LOGIN": f"e2e:{password}\n"})

    def _secret(self, name, data):
        about = {"name": f"{name}-credentials", "namespace": self.namespace}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": about, "stringData": data}

    def renew_api_token(self):
        """The Secret with another token."""
        self.api_token = secrets.token_hex(24)
        return self._secret("todo-be", {"API_TOKEN": self.api_token})
