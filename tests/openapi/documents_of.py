"""The services' documents, and the tool that makes a page of them."""

import functools
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "api-docs"))

from documents import documents_of, load  # noqa: E402
from page import Document  # noqa: E402

PREFIXES = {"todo-be": "/api", "broadcaster": "/api/webhooks"}


@functools.cache
def openapi(service):
    return Document(load(ROOT / "services" / service / "openapi.yaml"))


@functools.cache
def served(service):
    return {path: text for path, _, text in documents_of(ROOT / "services" / service, PREFIXES[service])}
