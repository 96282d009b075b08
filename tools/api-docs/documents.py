#!/usr/bin/env python3
"""documents.py FOLDER PREFIX NAMESPACE OUTPUT: what a service says about its API, as one .cpp.

FOLDER has openapi.yaml, perhaps asyncapi.yaml; they are served below PREFIX (/api) as JSON, and the first as a page
(docs) with its style sheet (docs.css), which needs no other host and no script. OUTPUT defines documents() of
documents.hpp."""

import json
import pathlib
import re
import sys

import yaml

from page import page_of


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Times stay text, as they are in JSON."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def compact(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def documents_of(folder, prefix):
    """Path, media type and text of each."""
    openapi = load(folder / "openapi.yaml")
    found = [(f"{prefix}/openapi.json", "application/json", compact(openapi))]
    asyncapi = folder / "asyncapi.yaml"
    if asyncapi.exists():
        found.append((f"{prefix}/asyncapi.json", "application/json", compact(load(asyncapi))))
    style = (pathlib.Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    found.append((f"{prefix}/docs", "text/html; charset=utf-8", page_of(openapi, asyncapi.exists())))
    found.append((f"{prefix}/docs.css", "text/css; charset=utf-8", re.sub(r"\n\s*", "\n", style)))
    return found


def literal(text):
    assert ')text"' not in text
    return f'R"text({text})text"sv'


def source(namespace, documents):
    entries = "".join(f'    {{"{path}", "{kind}",\n{literal(text)}}},\n' for path, kind, text in documents)
    return f"""#include "documents.hpp"

#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace tidings::{namespace} {{

namespace {{

// Their lengths are told: the compiler counts no characters.
using namespace std::string_view_literals;

constexpr http::document list[] = {{
{entries}}};

}}  // namespace

std::span<const http::document> documents() {{ return list; }}

}}  // namespace tidings::{namespace}
"""


def main():
    folder, prefix, namespace, output = sys.argv[1:]
    text = source(namespace, documents_of(pathlib.Path(folder), prefix))
    pathlib.Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
