"""Waiting for a condition, never longer than a deadline."""

import time


class TooLong(Exception):
    """What did not happen in time."""


def wait_until(condition, what, limit, pause=0.3):
    """What `condition()` returned, once that is true. Limit and pause are seconds."""
    until = time.monotonic() + limit
    while not (result := condition()):
        if time.monotonic() > until:
            raise TooLong(f"{what} took more than {limit} s")
        time.sleep(pause)
    return result


def remaining(problems, limit, pause=0.3):
    """What `problems()` still says after `limit` seconds; none as soon as it says nothing."""
    late = []

    def is_well():
        late[:] = problems()
        return not late

    try:
        wait_until(is_well, "this", limit, pause)
    except TooLong as wrong:
        return [f"{text} ({wrong})" for text in late]
    return []
