#!/usr/bin/env python3
"""The performance report: `./dev bench [NAME...]`, NAME a group of measures (`./dev bench --help`; default: all).

Each measure runs side by side with what it is compared with, in alternating slices after a warm-up round; the ratio is
the median over the rounds. Prints the table and writes bench.json and bench-endpoints.svg to $TIDINGS_RUN_DIR. Exit
code 1 when a measure failed to run; a figure that falls short is reported, not hidden, and does not fail the run.
Streams of millions of events lie in /var/tmp meanwhile: up to 7 GB.
"""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import signal
import sys
import time
import traceback

sys.dont_write_bytecode = True  # the checkout stays as it is
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "tools"))

import batches
import curve
import delivery
import feed
import footprint
import latency
import lists
import live
import machine
import processes
import reading
import result
import retrying
import writing

MEASURES = {
    "delivery": delivery,
    "retries": retrying,
    "live": live,
    "write": writing,
    "batch": batches,
    "read": reading,
    "lists": lists,
    "latency": latency,
    "feed": feed,
    "footprint": footprint,
    "curve": curve,
}
FASTEST = 100_000  # webhooks a second: more than any broadcaster does here
PRECISE = 3  # times the rounds
ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Plan:
    programs: pathlib.Path  # our programs, from the release build
    folder: pathlib.Path  # where results go
    rounds: int
    seconds: int  # of one slice
    latency_seconds: int
    only: str = ""  # a regular expression: names of measures
    profile: bool = False  # also of those that do not fall short

    def messages(self, shared_by: int = 1) -> int:
        """More than the fastest side consumes in all its slices; each of `shared_by` endpoints gets every one."""
        return max(1000, FASTEST * (self.rounds + 2) * (self.seconds + 1) // shared_by)

    def precise(self) -> "Plan":
        """For what is near its target: that a ratio is 0.97, or 0.50, cannot be told from five rounds."""
        return dataclasses.replace(self, rounds=PRECISE * self.rounds)


def plan_of(arguments) -> Plan:
    programs = pathlib.Path(os.environ.get("TIDINGS_BIN", ROOT / "build" / "release" / "bin"))
    folder = pathlib.Path(os.environ.get("TIDINGS_RUN_DIR", ROOT / ".run"))
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {"only": arguments.only, "profile": arguments.profile}
    if arguments.quick:
        return Plan(programs, folder, rounds=2, seconds=1, latency_seconds=5, **chosen)
    # Slices are short: a broadcaster that stands still for 3 s loses its shards.
    return Plan(programs, folder, rounds=5, seconds=2, latency_seconds=30, **chosen)


def run(names, plan) -> tuple[list, list]:
    results, failed = [], []
    for name in names:
        try:
            # Also closed when interrupted: the servers of the measure end and its folder is removed.
            with contextlib.closing(MEASURES[name].measure(plan)) as parts:
                for title, part in parts:
                    if re.search(plan.only, title, re.IGNORECASE):
                        results += taken(title, part, name, failed)
        except Exception:
            traceback.print_exc()
            failed.append(name)
    return results, failed


def taken(title, part, name, failed) -> list:
    """The lines of one part; a failed one does not affect the others of its group."""
    print(f"{time.strftime('%H:%M:%S')} {name}: {title}", file=sys.stderr, flush=True)
    try:
        lines = part()
    except Exception:
        traceback.print_exc()
        failed.append(title)
        return []
    for line in lines:
        ratio = "" if line.ratio is None else f", {line.ratio:.2f}x"
        print(f"  {line.name}: {line.value:,.2f} {line.unit}{ratio}", file=sys.stderr, flush=True)
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures the release build on this machine.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1 s: to see that it runs, not to quote")
    parser.add_argument("--only", metavar="PATTERN", default="", help="measures whose name has this, ignoring case")
    parser.add_argument("--profile", action="store_true", help="perf profiles of all deliveries, not only slow ones")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in MEASURES]:
        parser.error(f"there is no measure {unknown[0]}; there are {', '.join(MEASURES)}")
    # SIGTERM unwinds the stack, so that every started server ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    processes.allow_many_files()
    plan = plan_of(arguments)
    results, failed = run(arguments.names or list(MEASURES), plan)
    print(f"\n{machine.description()}\n\n{result.table(results)}")
    result.write(results, plan.folder / "bench.json")
    if failed:
        print(f"\nfailed to run: {', '.join(dict.fromkeys(failed))}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
