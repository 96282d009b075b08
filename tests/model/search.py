"""Searches a Promela model with spin: every path of a bounded history."""

import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMPILER = "clang-19"
DEPTH = 200_000  # steps of one history
MEMORY = 4_000  # MB; a search that needs more fails


class Incomplete(Exception):
    """The search ended before it had explored every path."""


def finds_violation(model, defines, seconds, memory=MEMORY, depth=DEPTH):
    """Whether some path violates an assertion. Raises Incomplete if neither is proven."""
    with tempfile.TemporaryDirectory() as work:
        flags = [f"-D{d}" for d in defines]
        # Its own preprocessor would be gcc, which a bare Debian does not have.
        generate = ["spin", f"-P{COMPILER} -E -x c", *flags, "-a", str(HERE / model)]
        subprocess.run(generate, cwd=work, check=True, capture_output=True)
        search = [COMPILER, "-O1", "-w", "-DSAFETY", "-DCOLLAPSE", f"-DMEMLIM={memory}", "-o", "pan", "pan.c"]
        subprocess.run(search, cwd=work, check=True)
        try:
            found = subprocess.run(
                ["./pan", f"-m{depth}", "-E", "-w22"],
                cwd=work,
                check=False,
                capture_output=True,
                text=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as late:
            raise Incomplete(f"not every path in {seconds} s") from late
    if re.search(r"pan:\d+: assertion violated", found.stdout):
        return True
    complete = found.returncode == 0 and "errors: 0" in found.stdout
    if not complete or "max search depth too small" in found.stdout or "Search not completed" in found.stdout:
        raise Incomplete(found.stdout[-2_000:] + found.stderr[-500:])
    return False
