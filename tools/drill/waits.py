"""How long the threads of a run were ready to run and had to wait for a processor, as the kernel counts it."""

import asyncio
import pathlib
import time

PERIOD = 0.05  # s between samples
LOOP = "drill"  # this process' own loop, which a proxy's traffic waits for


def waited(pid):
    """(s, how often) its threads have waited for a processor until now, all together: /proc/PID/task/*/schedstat."""
    seconds, times = 0, 0
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            _, delay, slices = task.read_text(encoding="ascii").split()
        except (OSError, ValueError):  # it has just ended
            continue
        seconds += int(delay) / 1e9
        times += int(slices)
    return seconds, times


class Waits:
    """`processes()`: {name: pid} of those that run now."""

    def __init__(self, processes):
        self._processes = processes
        self.samples = []  # as bounds.worst_wait takes them

    async def watch(self):
        """Until cancelled."""
        late, due = 0.0, time.monotonic()
        while True:
            late += max(time.monotonic() - due, 0)
            counters = {name: waited(pid) for name, pid in self._processes().items()}
            self.samples.append((time.time(), counters | {LOOP: (late, len(self.samples))}))
            due = time.monotonic() + PERIOD
            await asyncio.sleep(PERIOD)
