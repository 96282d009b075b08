"""Runs a program from an image's root folder as a container runtime would: root read-only, UID 1001, no capability,
no new privileges."""

import contextlib
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

# The mounts are in their own namespace and vanish with it.
LAUNCH = """
set -e
root="$1" scratch="$2"
shift 2
mkdir -p "$root/dev" "$root/proc"
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount --bind /proc "$root/proc"
mount -o remount,bind,ro "$root"
[ -z "$scratch" ] || mount -t tmpfs -o uid=1001,gid=1001,mode=0700 none "$root$scratch"
exec setpriv --no-new-privs /usr/sbin/chroot --userspec=1001:1001 --groups= "$root" "$@"
"""


def command(root, arguments, scratch=""):
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", LAUNCH, "launch", root, scratch, *arguments]


def output_of(root, *arguments):
    """(exit code, what it printed)"""
    done = subprocess.run(
        command(root, arguments),
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        cwd="/",
    )
    return done.returncode, done.stdout


def status_of(url):
    """The HTTP status; 0 without a response."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as answered:
        return answered.code
    except OSError:
        return 0


def eventually(condition, what, log, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(
                f"{what} did not happen within {seconds} s; its log:\n{log.read_text(encoding='utf-8')[-3000:]}"
            )
        time.sleep(0.05)


@contextlib.contextmanager
def running(root, arguments, environment, scratch="", stop="TERM"):
    """Yields the log of a running program; at the end it must obey its stop signal and succeed."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "log")
        log.touch()
        log.chmod(0o666)  # the page's access log is /dev/stdout, reopened as UID 1001
        os.chmod(folder, 0o755)
        with log.open("ab") as out:
            child = subprocess.Popen(
                command(root, arguments, scratch),
                env={k: str(v) for k, v in environment.items()},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
        try:
            yield child, log
            subprocess.run(["kill", "-s", stop, str(child.pid)], check=True)
            code = child.wait(timeout=30)
            if code:
                raise AssertionError(f"ended with {code} after SIG{stop}:\n{log.read_text(encoding='utf-8')[-3000:]}")
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
