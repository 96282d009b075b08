#!/usr/bin/env python3
"""Stands in for kubectl where there is no cluster: `install(folder)` puts it on a PATH, as the boundary of feature-env.

Each call is first given to the real kubectl against an address that does not answer: what that refuses for its
arguments is
refused here. Then a little API server of files answers: namespaces and Jobs exist or not, Jobs cannot be changed, a
dry run of
objects needs their namespace. state.json: {"namespaces": {name: metadata}, "jobs": {name: text}, "stuck": [names],
"reject": "", "objects": {kind: [object]}}.
"""

import json
import os
import pathlib
import re
import stat
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).resolve()


def install(folder):
    program = pathlib.Path(folder, "kubectl")
    program.write_text(f'#!/bin/sh\nSTAND_IN={folder} exec {sys.executable} {HERE} "$@"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    write(folder, namespaces={}, jobs={}, stuck=[], reject="", objects={})


def read(folder):
    return json.loads(pathlib.Path(folder, "state.json").read_text(encoding="utf-8"))


def write(folder, **changed):
    path = pathlib.Path(folder, "state.json")
    state = (read(folder) if path.exists() else {}) | changed
    path.write_text(json.dumps(state), encoding="utf-8")


def calls(folder):
    log = pathlib.Path(folder, "calls")
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(1)


def ask_the_real_one(arguments, text):
    """The arguments are valid if only the server is missing."""
    path = os.environ["PATH"].replace(os.environ["STAND_IN"], "/nowhere")
    known = [a for a in arguments if not a.startswith("--context=")]  # of a configuration that does not exist here
    done = subprocess.run(
        ["kubectl", "--server=http://127.0.0.1:1", *known],
        input=text,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": path, "KUBECONFIG": "/dev/null"},
        timeout=60,
    )
    if not re.search("connection refused|connection to the server", done.stderr):
        fail(f"the real kubectl refuses {arguments}: {done.stderr}")


def apply(state, text, dry_run):
    objects = list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    if state["reject"]:
        fail(f"error: {state['reject']}")
    for o in objects:
        about = o["metadata"]
        if o["kind"] == "Namespace":
            if not dry_run:
                state["namespaces"][about["name"]] = about
        elif o["kind"] == "PriorityClass":
            continue  # of the cluster
        elif about["namespace"] not in state["namespaces"]:
            fail(f'Error from server (NotFound): namespaces "{about["namespace"]}" not found')
        elif o["kind"] == "Job":
            text = json.dumps(o, sort_keys=True)
            if state["jobs"].get(about["name"], text) != text:  # in a dry run too
                fail(f'The Job "{about["name"]}" is invalid: spec.template: {text}: field is immutable')
            if not dry_run:
                state["jobs"][about["name"]] = text


def main():
    folder, arguments = os.environ["STAND_IN"], sys.argv[1:]
    text = sys.stdin.read() if "--filename=-" in arguments else None
    with open(pathlib.Path(folder, "calls"), "a", encoding="utf-8") as log:
        log.write(" ".join(arguments) + "\n")
    ask_the_real_one(arguments, text)
    state = read(folder)
    verb, *names = [a for a in arguments if not a.startswith("--")]
    if verb == "apply":
        apply(state, text, "--dry-run=server" in arguments)
    elif verb == "get" and names[0] == "namespace":
        if names[1] in state["namespaces"]:
            print(json.dumps({"metadata": state["namespaces"][names[1]]}))
    elif verb == "delete" and names[0] == "namespace":
        del state["namespaces"][names[1]]
    elif verb == "delete":
        state["jobs"].pop(names[0].removeprefix("job/"), None)
    elif verb in ("rollout", "wait"):
        if names[-1] in state["stuck"]:
            fail("error: timed out waiting for the condition")
    elif verb == "get" and "--output=json" in arguments:
        found = state["objects"].get(names[0], [])
        if names[1:]:
            found = [o for o in found if o["metadata"]["name"] == names[1]]
        if found or not names[1:]:
            print(json.dumps(found[0] if names[1:] else {"items": found}))
    elif verb == "get":
        print("NAME  READY  STATUS\nsome-pod  0/1  ImagePullBackOff")
    write(folder, **state)


if __name__ == "__main__":
    main()
