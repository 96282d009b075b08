"""Child processes: always ended with us (the kernel does it if we cannot), measured through /proc."""

import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def allow_many_files() -> None:
    """Thousands of connections: as many descriptors as the machine allows. Children inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


class Process:
    """A program that runs until stop(). `user`: run as this one when we are root. `parting`: the polite signal. `batch`:
    with the kernel's scheduling policy SCHED_BATCH."""

    def __init__(self, argv, log: pathlib.Path, environment=None, user=None, parting=signal.SIGTERM, cwd="/", batch=False):
        self.name = pathlib.Path(argv[0]).name
        self.log = log
        self.parting = parting
        wrapper = ["setpriv", "--pdeathsig", "KILL" if user is None else "INT"]
        if user is not None and os.geteuid() == 0:
            wrapper += [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        if batch:
            wrapper = ["chrt", "--batch", "0", *wrapper]
        env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | (environment or {})
        with open(log, "ab") as out:
            self.started = time.monotonic()
            self.child = subprocess.Popen(wrapper + ["--"] + [str(a) for a in argv], env=env, cwd=cwd, stdout=out,
                                          stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)

    @property
    def pid(self) -> int:
        return self.child.pid

    def check(self) -> None:
        if self.child.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.child.returncode}:\n{self.last_words()}")

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def await_(self, condition, what: str, limit: float = 60) -> float:
        """Waits until `condition()`; the seconds since the start of the process."""
        until = time.monotonic() + limit
        while not condition():
            self.check()
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name}: {what} took more than {limit} s\n{self.last_words()}")
            time.sleep(0.001)
        return time.monotonic() - self.started

    def freeze(self) -> None:
        self.child.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.child.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def thawed(self):
        self.thaw()
        try:
            yield
        finally:
            self.freeze()

    def resident_mb(self) -> float:
        """VmRSS in MB (10^6 bytes)."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError(f"{self.name} has no VmRSS")

    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        if self.child.poll() is None:
            self.thaw()
            self.child.send_signal(self.parting)
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def run(argv, limit: float = 300, **options) -> str:
    """Runs a program to its end and returns what it printed; its complaint becomes ours."""
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=limit, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
