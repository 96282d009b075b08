"""An operation as a line for curl."""

import json
import urllib.parse

FALLBACKS = {"uuid": "01890a5d-ac96-774b-bcce-b302099a8057"}


def value_of(document, parameter):
    schema = document.resolved(parameter["schema"])
    examples = [parameter[k] for k in ("example",) if k in parameter] + schema.get("examples", [])
    if examples:
        return str(examples[0])
    return FALLBACKS.get(schema.get("format"), str(schema.get("minimum", parameter["name"].upper())))


def address(document, path, found):
    for p in found:
        if p["in"] == "path":
            path = path.replace("{" + p["name"] + "}", urllib.parse.quote(value_of(document, p)))
    asked = {p["name"]: value_of(document, p) for p in found if p["in"] == "query" and p.get("required")}
    return path + ("?" + urllib.parse.urlencode(asked) if asked else "")


def body_of(document, operation):
    """Media type and text of the first example; nothing without a body."""
    item = document.resolved(operation.get("requestBody", {}))
    for kind, media in item.get("content", {}).items():
        examples = document.examples(media)
        if examples:
            value = examples[0][1]
            return kind, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return None


def curl_of(document, path, method, found, operation):
    line = "curl" if method == "get" else f"curl -X {method.upper()}"
    line += f' "$TIDINGS{address(document, path, found)}"'
    if any("bearer" in way for way in operation.get("security", document.root.get("security", []))):
        line += ' \\\n  -H "Authorization: Bearer $API_TOKEN"'
    body = body_of(document, operation)
    if body:
        text = body[1].replace("'", "'\\''")
        line += f" \\\n  -H 'Content-Type: {body[0]}' \\\n  --data-binary '{text}'"
    return line
