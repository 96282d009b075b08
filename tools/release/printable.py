"""Untrusted text, made safe for a terminal."""


def printable(text):
    """A dot for whatever is not shown as itself: controls, marks of direction, ends of lines but \\n, lone
    surrogates."""
    return "".join(c if c.isprintable() or c == "\n" else "." for c in str(text))
