"""The feature overlay, rendered for one branch."""

import json
import re

import yaml

from . import programs
from .failure import Failure
from .slug import namespace, slug

PLACEHOLDER = "BRANCH_NAME"
BRANCH_ANNOTATION = "tidings.io/branch"
OWNED = ("app.kubernetes.io/part-of", "tidings")
IMAGE = re.compile(r"^(\s*(?:- )?image: \S*?\btidings/[a-z-]+)(:[^@\s]+)?(@sha256:[0-9a-f]+)?$", re.M)
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?")


def parse(text):
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # ten times faster if available


def build(overlay):
    return programs.run(["kustomize", "build", overlay], timeout=120)


class Rendering:
    """pieces: the documents as text, as kustomize writes them; objects: the same, parsed."""

    def __init__(self, text, branch, *, tag="", domain=""):
        """text: of build()."""
        self.branch, self.namespace = branch, namespace(branch)
        # Alone in its place it is a string whatever it looks like ("1e5", "on"); inside another word it cannot be else.
        text = re.sub(rf"^(.*[:-] ){PLACEHOLDER}$", rf'\1"{slug(branch)}"', text, flags=re.M)
        text = text.replace(PLACEHOLDER, slug(branch))
        if tag:
            text = IMAGE.sub(rf"\1:{tag}", text)
        if domain:
            for host in self._hosts([parse(p) for p in text.split("\n---\n")]):
                text = text.replace(host, f"{slug(branch)}.{domain}")
        self.pieces = [self._mark(piece) for piece in text.split("\n---\n")]
        self.objects = [parse(piece) for piece in self.pieces]
        self._leave_out_the_clusters_own()
        self._check()

    def _leave_out_the_clusters_own(self):
        """The settings of a managed agent are one for all branches: the operator of the cluster applies them."""
        own = [(p, o) for p, o in zip(self.pieces, self.objects) if o["metadata"].get("namespace") != "kube-system"]
        self.left_out = len(self.objects) - len(own)
        self.pieces, self.objects = ([pair[side] for pair in own] for side in (0, 1))

    def _mark(self, piece):
        """The namespace names its owner. kustomize sorts: annotations come first below metadata."""
        if not re.search(r"^kind: Namespace$", piece, re.M):
            return piece
        line = f"    {BRANCH_ANNOTATION}: {json.dumps(self.branch, ensure_ascii=False)}\n"
        return re.sub(
            r"^metadata:\n(  annotations:\n)?",
            lambda _: "metadata:\n  annotations:\n" + line,
            piece,
            count=1,
            flags=re.M,
        )

    def _check(self):
        """What must hold before anything goes to a cluster."""
        if PLACEHOLDER in self.text():
            raise Failure(f"{PLACEHOLDER} is left in the rendered overlay")
        namespaces = 0
        for o in self.objects:
            kind, about = o["kind"], o["metadata"]
            what = f"{kind} {about['name']}"
            if not NAME.fullmatch(about["name"]):
                raise Failure(f"{what}: a name has at most 63 lower case letters, digits, dashes and dots")
            if kind == "Namespace":
                namespaces += 1
                if about["name"] != self.namespace or about.get("labels", {}).get(OWNED[0]) != OWNED[1]:
                    label = f"{OWNED[0]}={OWNED[1]}"
                    raise Failure(
                        f"{what}: must be {self.namespace} with the label {label}, or it could not be deleted"
                    )
            elif about.get("namespace") != self.namespace:
                raise Failure(f"{what} is not in namespace {self.namespace}: a feature keeps to its own namespace")
        if namespaces != 1:
            raise Failure(f"the overlay must make its Namespace feature-{PLACEHOLDER}, once; it has {namespaces}")

    @staticmethod
    def _hosts(objects):
        return sorted({h for o in objects if o["kind"] == "HTTPRoute" for h in o["spec"].get("hostnames", [])})

    def text(self, without=()):
        """All documents, but those of the kinds `without`."""
        return "\n---\n".join(p for p, o in zip(self.pieces, self.objects) if o["kind"] not in without)

    def namespace_piece(self):
        return next(p for p, o in zip(self.pieces, self.objects) if o["kind"] == "Namespace")

    def named(self, *kinds):
        """["deployment/todo-be", ...]"""
        return [f"{o['kind'].lower()}/{o['metadata']['name']}" for o in self.objects if o["kind"] in kinds]

    def url(self):
        hosts = self._hosts(self.objects)
        if not hosts:
            raise Failure("the overlay has no HTTPRoute with a hostname: there is no address to print")
        return f"https://{hosts[0]}/"
