"""Runs the Python snippet of docs/verify-a-webhook.md on every case: one line each, true or false."""

import json
import pathlib
import sys

from verify import verify

for case in json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")):
    print("true" if verify(case["secret"], case["headers"], case["body"].encode()) else "false")
