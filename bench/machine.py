"""The machine that the figures belong to."""

import os
import pathlib
import platform
import re
import statistics
import tempfile
import time


def description() -> str:
    cpu = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)
    return (
        f"{os.cpu_count()} cores shared by everything, {cpu.group(1) if cpu else platform.machine()}, "
        f"{int(memory.group(1)) // 1024 // 1024} GiB, kernel {platform.release()}, {system.group(1)}, "
        f"fdatasync {sync_ms():.2f} ms"
    )


def sync_ms() -> float:
    """The median time of a durable page write in PostgreSQL's folder: the lower bound of every commit."""
    taken = []
    with tempfile.TemporaryFile(dir="/var/tmp") as file:
        file.write(bytes(8192 * 200))
        os.fsync(file.fileno())
        for place in range(200):
            began = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 8192, 8192 * place)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
