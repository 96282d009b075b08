"""The one error of these tools: what is wrong, in words that a person can act on."""

import signal
import sys

from .printable import printable


class Failure(Exception):
    """What is wrong and, where it is not obvious, what to do about it. Never holds a secret."""


def run_main(program, main):
    """Runs main() as a program: a Failure is one line on stderr and exit code 1; SIGTERM ends like Ctrl-C, so that
    clean-up runs."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except Failure as wrong:
        print(f"{program}: {printable(wrong)}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        sys.exit(130)
