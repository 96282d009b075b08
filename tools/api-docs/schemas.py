"""What a JSON schema asks for, in words for people."""

from markup import code, escape, shown, table, words

NUMBERS = (("minimum", "at least"), ("maximum", "at most"))
SIZES = (
    ("minLength", "length from {}"),
    ("maxLength", "length to {}"),
    ("minItems", "from {} of them"),
    ("maxItems", "to {} of them"),
)


def name_of(reference):
    return reference.rsplit("/", 1)[-1]


def link(name):
    return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'


def kind(schema):
    """Its type, as HTML."""
    if "$ref" in schema:
        return link(name_of(schema["$ref"]))
    for several in ("anyOf", "oneOf"):
        if several in schema and "properties" not in schema:
            return " or ".join(dict.fromkeys(kind(s) for s in schema[several]))
    if "allOf" in schema:
        return " and ".join(kind(s) for s in schema["allOf"])
    if "const" in schema:
        return code(schema["const"])
    if "enum" in schema:
        return " or ".join(code("null" if v is None else v) for v in schema["enum"])
    types = schema.get("type", "anything")
    types = types if isinstance(types, list) else [types]
    return " or ".join(one_kind(t, schema) for t in types)


def one_kind(name, schema):
    if name == "array" and schema.get("items"):
        return f"array of {kind(schema['items'])}"
    if name == "string" and "format" in schema:
        return escape(schema["format"])
    return escape(name)


def bounds(schema):
    parts = [f"{text} {schema[key]}" for key, text in NUMBERS if key in schema]
    parts += [text.format(schema[key]) for key, text in SIZES if key in schema]
    if "default" in schema:
        parts.append(f"default {code(shown(schema['default']))}")
    if len(schema.get("pattern", "x" * 99)) < 60:
        parts.append(f"pattern {code(schema['pattern'])}")
    return "; ".join(part if "<" in part else escape(part) for part in parts)


def described(schema, description=None):
    text = words(description or schema.get("description", ""))
    more = bounds(schema)
    return " ".join(part for part in (text, f"<small>{more}</small>" if more else "") if part)


def members(schema, caption):
    """A table of the properties, or nothing when it has none."""
    required = schema.get("required", [])
    rows = [
        (code(name) + (" <b>required</b>" if name in required else ""), kind(s), described(s))
        for name, s in schema.get("properties", {}).items()
        if s
    ]
    return table(caption, ("Member", "Type", "What it is"), rows) if rows else ""


def alternatives(schema):
    return [s for s in schema.get("oneOf", []) + schema.get("anyOf", []) if "properties" in s]


def section(name, schema):
    tables = members(schema, f"Members of {name}")
    tables += "".join(members(s, f"One form of {name}") for s in alternatives(schema))
    text = described(schema)
    return (
        f'<section id="schema-{escape(name)}"><h3>{escape(name)}</h3><p>{kind(schema)}. {text}</p>{tables}</section>'
        if not tables or text
        else f'<section id="schema-{escape(name)}"><h3>{escape(name)}</h3>{tables}</section>'
    )
