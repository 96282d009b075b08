"""What git knows: states of an overlay, migrations of a commit."""

import difflib

from . import programs
from .failure import Failure
from .images import ROOT, Overlay

MIGRATIONS = "services/todo-be/migrations"


def git(*arguments, ok=(0,)):
    return programs.run(["git", "-C", ROOT, *arguments], timeout=120, ok=ok)


def commit_of(name):
    """The full hash, or None when this repository has no such commit."""
    return (
        git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", ok=(0, 1, 128)).strip()
        or None
    )


def must_be_clean(*paths):
    changed = git("status", "--porcelain", "--", *paths).split("\n")
    if changed != [""]:
        raise Failure("\n".join(["uncommitted changes: commit or undo them first", *filter(None, changed)]))


def overlay_at(revision, path):
    return Overlay(git("show", f"{revision}:{path}"))


def is_ancestor(older, newer):
    """Also of itself."""
    return not git("rev-list", "--max-count=1", older, "--not", newer).strip()


def migrations_of(revision):
    return set(git("ls-tree", "-r", "--name-only", revision, "--", MIGRATIONS).split())


def migrations_between(older, newer):
    return sorted(n.rsplit("/", 1)[1] for n in migrations_of(newer) - migrations_of(older) if n.endswith(".sql"))


def diff(path, before, after):
    return "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{path}", f"b/{path}"))


def commit(path, text, message):
    """All or nothing: if git fails, the file is restored."""
    file = ROOT / path
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(text, encoding="utf-8")
        git("commit", "--quiet", "-m", message, "--", path)
    except BaseException:
        file.write_text(before, encoding="utf-8")
        raise
    return git("log", "-1", "--format=%h %s").strip()
