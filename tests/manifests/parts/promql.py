"""Names of metrics in PromQL: what is left when strings, selectors, ranges, groupings, functions and operators are
taken out."""

import re

WORDS = {
    "and",
    "or",
    "unless",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "inf",
    "nan",
}


def metrics_in(expression):
    text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    names = re.findall(r"(?<![\w:.])([A-Za-z_:][\w:]*)(?!\w|\s*\()", text)
    return {name for name in names if name.lower() not in WORDS}


def family_of(name, kinds):
    """The family that exports this sample, or None. `kinds`: family -> counter, gauge or histogram."""
    if kinds.get(name) in ("counter", "gauge"):
        return name
    family = re.sub(r"_(bucket|sum|count)$", "", name)
    return family if kinds.get(family) == "histogram" and family != name else None
