"""What runs: the chat in this thread, the feed in another; each begins again after a failure, later each time."""

import random
import sys
import threading
import time

from . import web

FIRST, LONGEST = 1, 60  # seconds of a pause


def pause_after(failures, failure, jitter=random.random):
    """Seconds. A server that says when to come back is obeyed, within bounds."""
    told = 0
    if isinstance(failure, web.Refused):
        told = failure.document.get("parameters", {}).get("retry_after", 0)
    grown = min(LONGEST, FIRST * 2 ** min(failures, 10)) * (0.5 + jitter() / 2)
    return min(max(grown, told if isinstance(told, (int, float)) else 0), 10 * LONGEST)


def again_and_again(what, name, wait=time.sleep):
    failures = 0
    while True:
        try:
            what()
            failures = 0
        except Exception as failure:  # noqa: B902: whatever it is, the other half of the bot goes on
            # Never its text: it may have a URL with a token.
            status = getattr(failure, "status", "")
            print(f"{name}: {type(failure).__name__} {status}".strip(), file=sys.stderr, flush=True)
            wait(pause_after(failures, failure))
            failures += 1


def told_to_all(chat, state):
    """Sends a text to each subscriber; one that cannot be reached is passed over, and told to the log."""

    def tell(text):
        for subscriber in state.all():
            try:
                chat.send(subscriber, text)
            except web.Refused as refused:
                if refused.status == 429 or refused.status >= 500:
                    raise
                print(f"{chat.name}: a chat cannot be told: {refused.status}", file=sys.stderr, flush=True)

    return tell


def run(chat, commands, feed):
    threading.Thread(target=again_and_again, args=(feed.read, "feed"), daemon=True).start()
    again_and_again(lambda: chat.serve(commands.answer), chat.name)
