"""A branch's name in Kubernetes: a unique DNS label for every branch (RFC 1123, at most 63 characters)."""

import hashlib
import re

from .failure import Failure

LONGEST = 40
PREFIX = "feature-"
# Environments and what belongs to the cluster: a branch called so is a slip of the hand, and is refused.
PROTECTED = {
    "project",
    "production",
    "staging",
    "development",
    "tidings-development",
    "default",
    "argocd",
    "monitoring",
}


def slug(branch):
    """Lower case letters, digits and single dashes. Whatever had to be changed ends in six digits of a hash of the
    branch's
    name, so that two branches never share a slug; so does a name that only looks as if it had them."""
    text = re.sub(r"[^a-z0-9]+", "-", branch.lower()).strip("-")
    if text == branch and len(text) <= LONGEST and not re.search(r"(^|-)[0-9a-f]{6}$", text):
        return text
    mark = hashlib.sha256(branch.encode()).hexdigest()[:6]
    return f"{text[: LONGEST - 7].rstrip('-')}-{mark}".lstrip("-")


def is_protected(name):
    return name in PROTECTED or name.startswith("kube-")


def namespace(branch):
    if not branch.strip() or not branch.isprintable():
        raise Failure(f"{branch!r} is not the name of a branch")
    if is_protected(branch.lower()):
        raise Failure(f"'{branch}' is the name of an environment, not of a branch: this tool never touches it")
    return PREFIX + slug(branch)
