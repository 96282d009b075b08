"""`./dev drill`: many runs, some of them side by side."""

import argparse
import asyncio
import json
import os
import pathlib
import random
import shutil
import sys
import time

from private_servers.folder import Folder, in_memory

from .bounds import HANDOVER, TAKEOVER
from .report import closing, line, table
from .scenarios import REPLICAS, SCENARIOS

LIMIT = 600  # s of one run


def numbers(text):
    return tuple(int(n) for n in text.split(","))


def options():
    names = "\n".join(f"  {name:11} {s.about}" for name, s in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        prog="./dev drill",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Events at a steady rate to endpoints of every ordering, some flapping, some coming and going,\n"
        "while something breaks. Fails at any acknowledged event that is lost or out of order, and at any shard\n"
        f"that has no next owner {TAKEOVER:g} s after its owner died, or {HANDOVER * 1000:g} ms after it left.",
        epilog=f"drills:\n{names}",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="drills (default: all)")
    parser.add_argument("--runs", type=int, default=20, metavar="N", help="of each drill and number of replicas (20)")
    parser.add_argument("--replicas", type=numbers, default=REPLICAS, metavar="N,...", help="of broadcaster (1,2,5)")
    parser.add_argument("--seed", type=int, help="of the first run; the next has the next number (default: random)")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), metavar="J", help="runs side by side")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="where the logs of failed runs are put")
    chosen = parser.parse_args()
    unknown = [n for n in chosen.names if n not in SCENARIOS]
    if unknown:
        parser.error(f"there is no drill '{unknown[0]}'; they are: {', '.join(SCENARIOS)}")
    if min(chosen.runs, chosen.jobs, *chosen.replicas) < 1:
        parser.error("--runs, --jobs and --replicas: at least 1")
    return chosen


async def run_one(scenario, replicas, seed, keep):
    """In a process of its own, whose servers end with it."""
    with Folder("drill", in_memory()) as folder:
        command = ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-B", "-m", "drill.run", scenario]
        command += [str(replicas), str(seed), str(folder.path)]
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(LIMIT):
                output, _ = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        result = json.loads(output)
        kept = keep / f"{scenario}-{replicas}-{seed}"
        if result["problems"]:
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(folder.path, kept)
    print(line(result, kept), flush=True)
    return result


async def run_all(chosen, seed):
    keep = chosen.keep or pathlib.Path(os.environ.get("TIDINGS_RUN_DIR", ".run")) / "drill"
    slots = asyncio.Semaphore(chosen.jobs)

    async def in_slot(*about):
        async with slots:
            return await run_one(*about, keep)

    return await asyncio.gather(
        *(
            in_slot(name, replicas, seed + n)
            for name in chosen.names or SCENARIOS
            for replicas in chosen.replicas
            for n in range(chosen.runs)
        )
    )


def main():
    chosen = options()
    seed = chosen.seed if chosen.seed is not None else random.randrange(1_000_000)
    started = time.monotonic()
    print(f"drill: seed {seed}, {chosen.jobs} runs side by side", flush=True)
    results = asyncio.run(run_all(chosen, seed))
    print(table(results))
    print(closing(results, seed, time.monotonic() - started))
    return any(r["problems"] for r in results)


if __name__ == "__main__":
    sys.exit(main())
