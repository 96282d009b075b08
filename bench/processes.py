"""Child processes that are measured through /proc."""

import contextlib
import os
import pathlib
import resource
import signal
import subprocess

import private_servers.process
from private_servers.ports import free_port  # noqa: F401 (used as processes.free_port)


def allow_many_files() -> None:
    """Thousands of connections: raises the descriptor limit to the maximum. Children inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


class Process(private_servers.process.Process):
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


def run(argv, limit: float = 300, **options) -> str:
    """Runs a program to its end and returns its output; raises its error message."""
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=limit, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
