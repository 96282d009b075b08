"""The change feed: server-sent events of /api/events, resumed where they ended."""

import json
import threading

from . import web

SILENCE = 60  # seconds; todo-be is never silent for longer (STREAM_KEEP_ALIVE)
LONGEST_LINE = 1024 * 1024
LONGEST_TEXT = 3500
TODO_EVENTS = "io.tidings.todo."
WORDS = {
    "created": "Added",
    "updated": "Changed",
    "completed": "Done",
    "reopened": "To do again",
    "deleted": "Deleted",
    "restored": "Restored",
}


def events(lines):
    """Place and data of each event of a stream; data is empty where only the place is told."""
    place, data = None, []
    for raw in lines:
        name, _, value = raw.rstrip(b"\r\n").decode("utf-8", "replace").partition(": ")
        if name == "id":
            place = value
        elif name == "data":
            data.append(value)
        elif not name and (place or data):
            yield place, "\n".join(data)
            place, data = None, []


def words_of(data):
    """Empty: it is not about a to-do, but a token or a list."""
    event = json.loads(data)
    if not event["type"].startswith(TODO_EVENTS):
        return ""
    kind = event["type"].split(".")[3]
    return f"{WORDS.get(kind, kind)}: {event['data']['todo']['title']}"[:LONGEST_TEXT]


class Feed:
    """tell(text) is called for each change, then the place is kept: after a crash the last one may come again, after
    end() it does not."""

    def __init__(self, todos, state, tell):
        self.todos, self.state, self.tell = todos, state, tell
        self.at_one = threading.Lock()

    def end(self, patience=web.TIMEOUT):
        """Returns when the change that is being told has its place kept, after `patience` seconds at most; none is
        told afterwards. From another thread than read()."""
        self.at_one.acquire(timeout=patience)

    def lines(self, stream):
        while line := stream.readline(LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise OSError("a line of the feed is too long, or the stream broke")
            yield line

    def begin(self):
        """Whatever changes from now on is told, also before the stream is there. Raises OSError or Refused."""
        if not self.state.place("feed"):
            self.state.begin("feed", self.todos.end_of_feed())

    def read(self):
        """Until the stream ends. Raises OSError or Refused."""
        self.begin()
        place = self.state.place("feed")
        headers = {**self.todos.headers, "Accept": "text/event-stream", "Last-Event-ID": place}
        try:
            stream = web.request("GET", f"{self.todos.url}/events", headers=headers, timeout=SILENCE)
        except web.Refused as refused:
            if refused.status != 410:
                raise
            with self.at_one:
                self.tell("Some changes were missed: they are no longer in the log.")
                self.state.move("feed", None)
            return
        with stream:
            for place, data in events(self.lines(stream)):
                with self.at_one:
                    if words := data and words_of(data):
                        self.tell(words)
                    if place:
                        self.state.move("feed", place)
