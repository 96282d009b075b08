"""Checks as lines of a table, printed as they end: name, ok / FAILED / not run, seconds, detail."""

import sys
import time

from .failure import Failure
from .printable import printable


class Table:
    def __init__(self, out=None):
        self.out = out or sys.stdout
        self.results = {}  # name -> whether it passed

    def check(self, name, function, needs=()):
        """Runs function() -> detail, or Failure. A check whose needs did not pass is not run, which is no success."""
        missing = [n for n in needs if not self.results.get(n)]
        if missing:
            self._line(name, "not run", 0.0, f"needs: {', '.join(missing)}")
            self.results[name] = False
            return
        start = time.monotonic()
        try:
            detail, passed = function(), True
        except Failure as wrong:
            detail, passed = str(wrong), False
        except (AttributeError, IndexError, KeyError, TypeError) as wrong:  # unexpected JSON
            detail, passed = f"answered with something else than expected ({type(wrong).__name__}: {wrong})", False
        self.results[name] = passed
        self._line(name, "ok" if passed else "FAILED", time.monotonic() - start, detail)

    def passed(self):
        return bool(self.results) and all(self.results.values())

    def failed_names(self):
        return [name for name, passed in self.results.items() if not passed]

    def _line(self, name, result, seconds, detail):
        first, *rest = printable(detail).split("\n")
        print(f"{name:<12} {result:<8} {seconds:6.2f} s  {first}", file=self.out)
        for line in rest:
            print(" " * 32 + line, file=self.out)
        self.out.flush()
