"""HTML from text: everything that comes from a document passes through here and is escaped."""

import html
import json
import re


def escape(text):
    return html.escape(str(text), quote=True)


def words(text):
    """A description: of Markdown only `code` and paragraphs."""
    text = escape(text or "").replace("\n\n", "</p><p>")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def paragraph(text):
    return f"<p>{words(text)}</p>" if text else ""


def code(text):
    return f"<code>{escape(text)}</code>"


def block(text, label):
    return f'<pre aria-label="{escape(label)}"><code>{escape(text)}</code></pre>'


def folded(summary, body):
    return f"<details><summary>{summary}</summary>{body}</details>"


def table(caption, heads, rows):
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def shown(value):
    """An example as it is sent."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
