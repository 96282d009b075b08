#!/usr/bin/env python3
"""run.py SCHEMATHESIS: generated requests against both services of the stack in $TIDINGS_RUN_DIR.

Fails when schemathesis finds what is not listed with a reason (schemathesis.toml, *.baseline.json), when it made fewer
requests than it should, or when it does not end in time. The last line counts them."""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FEWEST_CASES = 2000
LONGEST = 900  # seconds for each service


def ports():
    lines = (pathlib.Path(os.environ["TIDINGS_RUN_DIR"]) / "ports").read_text().split()
    return dict(line.split("=", 1) for line in lines)


def run(program, service, port, examples, headers):
    options = f"--seed 8 --max-examples {examples} --phases examples,coverage,fuzzing,stateful --continue-on-failure"
    # One worker: Python 3.11 counts the depth of ast.parse() per interpreter, and hypothesis parses in every thread.
    options += " --warnings off --workers 1 --generation-database none"
    command = [program, "--no-color", "--config-file", HERE / "schemathesis.toml", "run"]
    command += [ROOT / "services" / service / "openapi.yaml", "--url", f"http://127.0.0.1:{port}", *options.split()]
    command += ["--baseline", HERE / f"{service}.baseline.json", *sys.argv[2:]]
    for header in headers:
        command += ["-H", header]
    try:
        done = start(command)
    except subprocess.TimeoutExpired as late:
        sys.exit(f"{service}: schemathesis did not end within {LONGEST} s\n{(late.stdout or b'').decode()}")
    cases = int((re.search(r"(\d+) generated", done.stdout) or [0, 0])[1])
    failed = int((re.search(r"found (\d+) unique failure", done.stdout) or [0, 0])[1])
    if done.returncode != 0:
        print(done.stdout)
        failed = max(failed, 1)
    print(f"{service}: {cases} cases, {failed} failed", flush=True)
    return cases, failed


def start(command):
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command,
        env=environment,
        cwd=os.environ["TIDINGS_RUN_DIR"],
        timeout=LONGEST,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )


def main():
    port = ports()
    results = [
        run(sys.argv[1], "todo-be", port["TODO_BE"], 190, []),
        run(sys.argv[1], "broadcaster", port["BROADCASTER"], 300, [f"Authorization: Bearer {os.environ['API_TOKEN']}"]),
    ]
    cases, failed = (sum(column) for column in zip(*results))
    if cases < FEWEST_CASES:
        print(f"only {cases} cases were made, {FEWEST_CASES} are wanted")
        failed = max(failed, 1)
    print(f"schemathesis: {cases - failed} passed, {failed} failed", flush=True)
    sys.exit(failed != 0)


main()
