"""The images of a run as containerd has them once they are imported: made once for what they are made from, kept in the
cache of programs, and given to each node as links to the same files."""

import hashlib
import os
import shutil
import subprocess
import sys
import time

from policy import render

from .. import programs
from . import images

# What docker/ builds ours from, and what makes stand-ins.
SOURCES = (
    "docker",
    "libs",
    "services",
    "cmake",
    "CMakeLists.txt",
    "CMakePresets.json",
    "tools/CMakeLists.txt",
    "tools/dev",
    "tools/receiver",
    "tools/api-docs",
    "tests/manifests/images/image_builder.py",
    "tests/manifests/cluster/nodes/images.py",
    "tests/manifests/cluster/nodes/stand-ins",
)
LIMIT = 3600  # s
UNUSED = 86400  # s after which a store goes when another is made


def store(names, given, say):
    """The folder; `given`: {program: path} of those that stand-ins are made of."""
    folder = programs.cache() / f"images-{fingerprint(render.ROOT, names, given)}"
    if not folder.exists():
        say("building images (once for these sources)")
        _remove_unused(folder.parent)
        with programs.new(folder) as part:
            part.mkdir()
            _make(part, names, given)
    os.utime(folder)
    return folder


def fingerprint(root, names, given):
    """Of all that images are made from; paths of programs have a hash of theirs in them."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SOURCES]
    found = subprocess.run(listed, cwd=root, check=True, capture_output=True, text=True, timeout=60).stdout
    whole = hashlib.sha256(repr((sorted(names), sorted(map(str, given.values())))).encode())
    for name in sorted(filter(None, found.split("\0"))):
        if (root / name).is_file():
            content = hashlib.sha256((root / name).read_bytes()).hexdigest()
            whole.update(f"{name} {content} {os.access(root / name, os.X_OK)}\n".encode())
    return whole.hexdigest()[:16]


def _make(folder, names, given):
    """In a process of its own: it mounts things."""
    made_of = [f"{program}={path}" for program, path in given.items()]
    done = subprocess.run(
        [sys.executable, "-B", images.__file__, *map(str, (folder, *made_of, "--", *names))],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"images: {(done.stdout + done.stderr)[-3000:]}")


def _remove_unused(cache):
    for old in cache.glob("images-*"):
        if old.stat().st_mtime < time.time() - UNUSED:
            shutil.rmtree(old, ignore_errors=True)


def give(folder, to):
    """Images and their layers are never written again: links are enough, where they can be. Databases are copied."""
    to.parent.mkdir(parents=True, exist_ok=True)
    linked = subprocess.run(["cp", "-al", folder, to], capture_output=True, check=False, timeout=600)
    if linked.returncode:
        shutil.rmtree(to, ignore_errors=True)
        subprocess.run(["cp", "-a", folder, to], check=True, timeout=600)
    for database in to.glob("*/*.db"):
        copy = database.with_suffix(".copy")
        shutil.copy2(database, copy)
        copy.replace(database)
