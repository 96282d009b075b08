"""An OpenAPI document as one page that works without a script: operations by tag, errors and schemas."""

import functools

import schemas
from curl import curl_of
from markup import block, code, escape, folded, paragraph, shown, table, words

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


class Document:
    def __init__(self, root):
        self.root = root
        self.components = root.get("components", {})

    def resolved(self, item):
        if "$ref" not in item:
            return item
        steps = item["$ref"].removeprefix("#/").split("/")
        return functools.reduce(lambda node, step: node[step], steps, self.root)

    def operations(self, tag=None):
        """Path, method, parameters and description of each; of the tag, if one is given."""
        for path, item in self.root["paths"].items():
            for method in METHODS:
                operation = item.get(method)
                if operation and tag in (None, *operation["tags"]):
                    found = item.get("parameters", []) + operation.get("parameters", [])
                    yield path, method, [self.resolved(p) for p in found], operation

    def examples(self, media):
        """Name and value of each example of a media type."""
        if "example" in media:
            return [("Example", media["example"])]
        found = {name: self.resolved(e) for name, e in media.get("examples", {}).items()}
        return [(e.get("summary", name), e["value"]) for name, e in found.items()]


def contents(document, item):
    """Media types of a body or an answer, with their schemas and examples."""
    parts = []
    for kind, media in item.get("content", {}).items():
        parts.append(f"<p>{code(kind)}: {schemas.kind(media.get('schema', {}))}</p>")
        parts += [block(shown(value), f"{kind}: {name}") for name, value in document.examples(media)]
    return "".join(parts)


def parameters(document, found):
    rows = [
        (
            code(p["name"]) + (" <b>required</b>" if p.get("required") else ""),
            escape(p["in"]),
            schemas.kind(p["schema"]),
            schemas.described(p["schema"], p.get("description")),
        )
        for p in found
    ]
    return table("Parameters", ("Name", "In", "Type", "What it is"), rows) if rows else ""


def successes(document, operation):
    parts = []
    for status, item in operation["responses"].items():
        if status < "400":
            answer = document.resolved(item)
            headers = ", ".join(code(name) for name in answer.get("headers", {}))
            text = f"<p><b>{status}</b> {words(answer['description'])}. "
            parts.append(text + (f"Headers: {headers}" if headers else "") + "</p>" + contents(document, answer))
    return "".join(parts)


def errors(document, operation):
    """Each with a link to where it is described; those of one operation alone are described here."""
    links, own = [], []
    for status, item in operation["responses"].items():
        if status < "400":
            continue
        if "$ref" in item:
            name = schemas.name_of(item["$ref"])
            links.append(f'<a href="#answer-{escape(name)}">{status} {escape(name)}</a>')
        else:
            own.append(f"<p><b>{status}</b> {words(item['description'])}</p>{contents(document, item)}")
    return f"<p>{', '.join(links)}</p>{''.join(own)}"


def verb(method):
    return f'<span class="{method}">{method.upper()}</span>'


def article(document, path, method, found, operation):
    name = escape(operation["operationId"])
    body = operation.get("requestBody")
    parts = [
        f'<article aria-labelledby="{name}"><h3 id="{name}">{verb(method)} {code(path)}</h3>',
        f'<p class="summary">{words(operation["summary"])}</p>',
        paragraph(operation.get("description")),
        block(curl_of(document, path, method, found, operation), f"{method.upper()} {path} with curl"),
    ]
    if found:
        parts.append(folded(f"{len(found)} parameters", parameters(document, found)))
    if body:
        parts.append(folded("Body", contents(document, document.resolved(body))))
    parts.append(folded("Answers", successes(document, operation)))
    parts.append(folded("Errors", errors(document, operation)))
    return "".join(parts) + "</article>"


def tag_section(document, tag):
    name = escape(tag["name"])
    head = f'<h2 id="tag-{name}">{name}</h2>{paragraph(tag.get("description"))}'
    articles = "".join(article(document, *found) for found in document.operations(tag["name"]))
    return f'<section aria-labelledby="tag-{name}">{head}{articles}</section>'


def answer_sections(document):
    for name, answer in document.components.get("responses", {}).items():
        headers = [
            (code(h), words(document.resolved(d).get("description", ""))) for h, d in answer.get("headers", {}).items()
        ]
        yield f'<section id="answer-{escape(name)}"><h3>{escape(name)}</h3>{paragraph(answer["description"])}' + (
            table(f"Headers of {name}", ("Header", "What it is"), headers) if headers else ""
        ) + contents(document, answer) + "</section>"


def navigation(document):
    parts = []
    for tag in document.root["tags"]:
        items = "".join(
            f'<li><a href="#{escape(o["operationId"])}">{verb(m)} {escape(path)}</a></li>'
            for path, m, _, o in document.operations(tag["name"])
        )
        parts.append(f"<li><a href=\"#tag-{escape(tag['name'])}\">{escape(tag['name'])}</a><ul>{items}</ul></li>")
    parts.append('<li><a href="#answers">Answers and errors</a></li><li><a href="#schemas">Schemas</a></li>')
    return f'<nav aria-label="Operations"><ul>{"".join(parts)}</ul></nav>'


def page_of(root, has_events):
    document = Document(root)
    info = root["info"]
    files = ' <a href="openapi.json">openapi.json</a>' + (
        ', <a href="asyncapi.json">asyncapi.json</a> for the events' if has_events else ""
    )
    title = escape(info["title"])
    sections = "".join(tag_section(document, tag) for tag in root["tags"])
    named = "".join(schemas.section(name, s) for name, s in document.components.get("schemas", {}).items())
    answers = "".join(answer_sections(document))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: API</title><link rel="stylesheet" href="docs.css"></head>
<body><a class="skip" href="#content">To the content</a>
{navigation(document)}
<main id="content"><h1>{title} <small>{escape(info["version"])}</small></h1>
{paragraph(info.get("summary"))}{paragraph(info.get("description"))}
<p>For programs:{files}. In the lines for curl, <code>TIDINGS</code> is where the service is, such as
<code>http://127.0.0.1:8002</code>, and <code>API_TOKEN</code> its token, if it has one.</p>
{sections}
<section aria-labelledby="answers"><h2 id="answers">Answers and errors</h2>{answers}</section>
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>{named}</section>
</main></body></html>
"""
