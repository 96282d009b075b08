#!/usr/bin/env python3
"""The performance report: `./dev bench [NAME...]`, NAME one of delivery, write, read, latency, footprint (default:
all).

Each measure runs side by side with what it is compared with, in alternating slices after a warm-up round; the ratio
is the
median over the rounds. Prints the table and writes $TIDINGS_RUN_DIR/bench.json. Exit code 1 when a measure failed to
run; a figure that falls short is reported, not hidden, and does not fail the run.
"""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import signal
import sys
import traceback

sys.dont_write_bytecode = True  # the checkout stays as it is
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "tools"))

import delivery
import footprint
import latency
import machine
import processes
import reading
import result
import writing

MEASURES = {"delivery": delivery, "write": writing, "read": reading, "latency": latency, "footprint": footprint}
ROOT = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Plan:
    programs: pathlib.Path  # our programs, from the release build
    folder: pathlib.Path  # where results go
    rounds: int
    seconds: int  # of one slice
    latency_seconds: int


def plan_of(arguments) -> Plan:
    programs = pathlib.Path(os.environ.get("TIDINGS_BIN", ROOT / "build" / "release" / "bin"))
    folder = pathlib.Path(os.environ.get("TIDINGS_RUN_DIR", ROOT / ".run"))
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.quick:
        return Plan(programs, folder, rounds=2, seconds=1, latency_seconds=5)
    return Plan(programs, folder, rounds=5, seconds=3, latency_seconds=30)


def run(names, plan) -> tuple[list, list]:
    results, failed = [], []
    for name in names:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        try:
            # Also closed when interrupted: the servers of the measure end and its folder is removed.
            with contextlib.closing(MEASURES[name].measure(plan)) as parts:
                for part in parts:
                    results += taken(part, name, failed)
        except Exception:
            traceback.print_exc()
            failed.append(name)
    return results, failed


def taken(part, name, failed) -> list:
    """The lines of one part; a failed one does not affect the others of its group."""
    try:
        lines = part()
    except Exception:
        traceback.print_exc()
        failed.append(name)
        return []
    for line in lines:
        ratio = "" if line.ratio is None else f", {line.ratio:.2f}x"
        print(f"  {line.name}: {line.value:,.2f} {line.unit}{ratio}", file=sys.stderr, flush=True)
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures the release build on this machine.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1 s: to see that it runs, not to quote")
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
