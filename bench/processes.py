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

    def largest_resident_mb(self) -> float:
        """VmHWM in MB: the most it ever had."""
        return self._memory_mb("VmHWM")

    def resident_mb(self) -> float:
        """VmRSS in MB (10^6 bytes)."""
        return self._memory_mb("VmRSS")

    def _memory_mb(self, name: str) -> float:
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024 / 1e6
        raise RuntimeError(f"{self.name} has no {name}")

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def real_time() -> list[str]:
    """Before a generator that stands for clients on other machines, which do not wait for our cores. Not every user may
    have it."""
    priority = ["chrt", "--fifo", "1"]
    return priority if subprocess.run([*priority, "true"], capture_output=True, check=False).returncode == 0 else []


def run(argv, limit: float = 300, **options) -> str:
    """Runs a program to its end and returns its output; raises its error message."""
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=limit, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{argv[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
