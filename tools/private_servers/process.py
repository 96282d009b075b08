"""Child processes that end with us: the kernel does it if we cannot (PR_SET_PDEATHSIG)."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
AS_POSTGRES = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
"""setpriv's options: PostgreSQL refuses to run as root."""


def as_batch():
    """Many small messages cost less when none interrupts its sender (ADR 13); some containers refuse it."""
    batch = ["chrt", "--batch", "0"]
    return batch if subprocess.run([*batch, "true"], capture_output=True, check=False).returncode == 0 else []


class Process:
    """A program that runs until stop(), in its own session; its output is appended to `log`. It gets `environment` and,
    of ours, INHERITED. `stop_signal` asks it to end. Create it in the main thread: it ends with the thread that did.
    """

    def __init__(self, command, log, environment=None, *, as_postgres=False, stop_signal=signal.SIGTERM, before=()):
        self.name, self.log, self.stop_signal = pathlib.Path(command[0]).name, pathlib.Path(log), stop_signal
        privileges = AS_POSTGRES if as_postgres else []
        death = ["--pdeathsig", "INT" if as_postgres else "KILL"]
        env = {n: os.environ[n] for n in INHERITED if n in os.environ} | {
            k: str(v) for k, v in (environment or {}).items()
        }
        env["PATH"] = (
            env.get("PATH", os.defpath) + ":/usr/sbin"
        )  # where Debian keeps servers, off the PATH of ordinary users
        with open(self.log, "ab") as out:
            self.started = time.monotonic()
            self.child = subprocess.Popen(
                [*before, "setpriv", *death, *privileges, "--", *map(str, command)],
                env=env,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self):
        return self.child.pid

    def check(self):
        if self.child.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.child.returncode}:\n{self.last_lines()}")

    def last_lines(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def wait_until(self, condition, what, limit=60):
        """The seconds from the start of the process until `condition()`."""
        until = time.monotonic() + limit
        while not condition():
            self.check()
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name}: {what} took more than {limit} s\n{self.last_lines()}")
            time.sleep(0.002)
        return time.monotonic() - self.started

    def stop(self):
        self.end(signal.SIGCONT, self.stop_signal)

    def kill(self):
        self.end(signal.SIGKILL)

    def end(self, *signals):
        if self.child.poll() is None:
            for number in signals:
                self.child.send_signal(number)
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def give_to_postgres(path):
    if AS_POSTGRES:
        shutil.chown(path, "postgres", "postgres")
    return path
