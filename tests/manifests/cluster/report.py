"""What a run says: its progress while it runs, and one line of counts at its end."""

import collections
import sys
import time

# What is counted, in the order in which it is told.
COUNTED = (
    "checks",
    "renderings",
    "objects",
    "pods",
    "jobs",
    "syncs",
    "autoscalers",
    "drains",
    "volumes",
    "commands",
    "refusals",
    "previews",
)


class Report:
    def __init__(self, out=sys.stderr):
        self.out, self.started = out, time.monotonic()
        self.counts, self.problems = collections.Counter(), []

    def say(self, text):
        print(f"==> {self.clock()} {text}", file=self.out, flush=True)

    def add(self, where, problems):
        """Says them at once too."""
        for text in problems:
            self.problems.append(f"{where}: {text}")
            print(f"    FAILED {where}: {text}", file=self.out, flush=True)

    def closing(self):
        counted = ", ".join(f"{self.counts[k]} {k}" for k in COUNTED if self.counts[k])
        wrong = f"{len(self.problems)} problems" if self.problems else "nothing wrong"
        return f"cluster-test: {counted or 'nothing done'}: {wrong} ({self.clock()})"

    def clock(self):
        minutes, seconds = divmod(round(time.monotonic() - self.started), 60)
        return f"{minutes}:{seconds:02}"
