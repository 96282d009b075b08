"""The machine that the figures belong to."""

import os
import pathlib
import platform
import re


def description() -> str:
    cpu = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]*)', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)
    return (f"{os.cpu_count()} cores shared by everything, {cpu.group(1) if cpu else platform.machine()}, "
            f"{int(memory.group(1)) // 1024 // 1024} GiB, kernel {platform.release()}, {system.group(1)}")
