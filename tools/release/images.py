"""The four images of an overlay: which commit (newTag) and which bytes (digest), as its kustomization.yaml says."""

import json
import pathlib
import re

import yaml

from .failure import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = tuple(f"tidings/{service}" for service in ("broadcaster", "todo-be", "todo-cron", "todo-fe"))
FIELDS = ("name", "newName", "newTag", "digest")


def path_of(environment):
    """Relative to ROOT, as git names it."""
    path = f"manifests/overlays/{environment}/kustomization.yaml"
    if not re.fullmatch(r"[a-z][a-z-]*", environment) or not (ROOT / path).exists():
        raise Failure(f"there is no environment '{environment}' in manifests/overlays")
    return path


class Overlay:
    """One kustomization.yaml as text; with_images() changes nothing but its images block."""

    def __init__(self, text):
        self.text = text
        parsed = yaml.safe_load(text)
        self.namespace = parsed.get("namespace", "")
        self.images = {i["name"]: i for i in parsed.get("images") or []}

    def versions(self):
        """{name: (newTag, digest)} of our images; None for what is not said."""
        return {n: tuple(self.images.get(n, {}).get(field) for field in ("newTag", "digest")) for n in NAMES}

    def references(self):
        """name@digest of our images, as a registry knows them. To be asked after pinned()."""
        return [f"{i.get('newName', n)}@{i['digest']}" for n, i in self.images.items() if n in NAMES]

    def pinned(self):
        """The one commit of all four; Failure unless each has a digest and all come from one commit."""
        loose = [
            n for n, (_, digest) in self.versions().items() if not re.fullmatch("sha256:[0-9a-f]{64}", digest or "")
        ]
        if loose:
            raise Failure(f"no digest: {', '.join(loose)}; only what is pinned by digest can be promoted")
        tags = {str(tag) for tag, _ in self.versions().values()}
        if len(tags) != 1:
            raise Failure(f"the images come from several commits: {', '.join(sorted(tags))}")
        return tags.pop()

    def with_images(self, versions):
        """The text with these versions; newName (the registry) stays the environment's own."""
        images = dict(self.images)
        for name, (tag, digest) in versions.items():
            entry = {"name": name, **images.get(name, {}), "newTag": tag, "digest": digest}
            images[name] = {k: str(v) for k, v in entry.items() if v is not None}
        block = ["images:\n", *(f"  - {self._flow(i)}\n" for i in images.values())]
        lines = self.text.splitlines(True)
        begin = next((n for n, line in enumerate(lines) if line.startswith("images:")), len(lines))
        end = next((n for n in range(begin + 1, len(lines)) if re.match(r"[^\s-]", lines[n])), len(lines))
        return "".join(lines[:begin] + block + lines[end:])

    @staticmethod
    def _flow(image):
        return (
            "{"
            + ", ".join(f"{k}: {image[k] if k == 'name' else json.dumps(image[k])}" for k in FIELDS if k in image)
            + "}"
        )
