"""As much of Go's text/template and sprig as cluster-manifests/features.yaml uses; anything else is an error."""

import hashlib
import re

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[()|]|:=|\$?\w+|\.[\w.]+')
ACTION = re.compile(r"\s*\{\{- (.*?) -\}\}\s*|\s*\{\{- (.*?)\}\}|\{\{(.*?) -\}\}\s*|\{\{(.*?)\}\}", re.S)
FUNCTIONS = {
    "lower": str.lower,
    "regexReplaceAll": lambda pattern, text, by: re.sub(pattern, by, text),
    "regexMatch": lambda pattern, text: re.search(pattern, text) is not None,
    "trimAll": lambda cut, text: text.strip(cut),
    "trimPrefix": lambda prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "trunc": lambda length, text: text[:length],
    "sha256sum": lambda text: hashlib.sha256(text.encode()).hexdigest(),
    "printf": lambda form, *values: form % values,
    "len": lambda text: len(text.encode()),
    "eq": lambda a, b: a == b,
    "le": lambda a, b: a <= b,
    "not": lambda a: not a,
    "and": lambda *values: all(values),
}


def execute(template, data):
    """Renders `template` with `data`; no loops, and no nested `if`."""
    variables, out, writing = {}, [], True
    at = 0
    for action in ACTION.finditer(template):
        if writing:
            out.append(template[at : action.start()])
        at = action.end()
        words = next(g for g in action.groups() if g is not None).strip()
        if words.startswith("if "):
            condition = _value(words[3:], data, variables)
            writing = bool(condition)
        elif words == "else":
            writing = not condition
        elif words == "end":
            writing = True
        elif not writing:
            continue
        elif ":=" in words:
            name, expression = words.split(":=")
            variables[name.strip()] = _value(expression, data, variables)
        else:
            out.append(str(_value(words, data, variables)))
    return "".join(out) + template[at:]


def _value(expression, data, variables):
    tokens = TOKEN.findall(expression)
    value = _pipeline(tokens, data, variables)
    if tokens:
        raise ValueError(f"{expression!r}: {tokens} is left over")
    return value


def _pipeline(tokens, data, variables):
    value = _command(tokens, data, variables, [])
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        value = _command(tokens, data, variables, [value])
    return value


def _command(tokens, data, variables, last):
    first, *arguments = _operands(tokens, data, variables)
    return first(*arguments, *last) if callable(first) else first


def _operands(tokens, data, variables):
    while tokens and tokens[0] not in ("|", ")"):
        token = tokens.pop(0)
        if token == "(":
            yield _pipeline(tokens, data, variables)
            tokens.pop(0)
        elif token.startswith('"'):
            yield token[1:-1]
        elif token.isdigit():
            yield int(token)
        elif token.startswith("$"):
            yield variables[token]
        elif token.startswith("."):
            value = data
            for key in token[1:].split("."):
                value = value[key]
            yield value
        else:
            yield FUNCTIONS[token]
