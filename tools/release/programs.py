"""Other programs, each with a deadline."""

import subprocess

from .failure import Failure


MOST_SAID = 2000


def shortened(said):
    """Beginning and end: kubectl names the object first and repeats it at length, others end with what went wrong."""
    if len(said) <= MOST_SAID:
        return said
    return f"{said[: MOST_SAID // 2]} [...] {said[-MOST_SAID // 2 :]}"


def run(args, *, timeout, stdin=None, cwd=None, env=None, ok=(0,), user=None):
    """Its stdout. Its stderr is the Failure's text; the arguments are not, as they may hold passwords."""
    name = str(args[0])
    more = {"user": user, "group": user, "extra_groups": []} if user else {}
    try:
        done = subprocess.run(
            [str(a) for a in args],
            input=stdin,
            cwd=cwd,
            env=env,
            timeout=timeout,
            text=True,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            **more,
        )
    except FileNotFoundError:
        raise Failure(f"{name} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Failure(f"{name} did not end within {timeout:g} s") from None
    if done.returncode not in ok:
        said = shortened(done.stderr.strip() or done.stdout.strip() or "it said nothing")
        raise Failure(f"{name} failed ({done.returncode}): {said}")
    return done.stdout
