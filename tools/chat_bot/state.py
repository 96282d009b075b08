"""What must survive a restart: who subscribes, and how far the feed and the messages were read."""

import json
import os
import pathlib
import threading

MOST_SUBSCRIBERS = 1000


class State:
    def __init__(self, file):
        self.file, self.lock = pathlib.Path(file), threading.Lock()
        known = json.loads(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        self.subscribers = dict.fromkeys(known.get("subscribers", []))
        self.places = known.get("places", {})

    def add(self, chat):
        with self.lock:
            if chat not in self.subscribers and len(self.subscribers) >= MOST_SUBSCRIBERS:
                return False
            self.subscribers[chat] = None
            self.save()
            return True

    def discard(self, chat):
        with self.lock:
            if chat in self.subscribers:
                del self.subscribers[chat]
                self.save()

    def all(self):
        with self.lock:
            return list(self.subscribers)

    def place(self, of):
        with self.lock:
            return self.places.get(of)

    def begin(self, of, place):
        if self.place(of) is None:
            self.move(of, place)

    def move(self, of, place):
        with self.lock:
            if self.places.get(of) != place:
                self.places[of] = place
                self.save()

    def save(self):
        """Whole or not at all."""
        new = self.file.with_name(self.file.name + ".new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump({"subscribers": list(self.subscribers), "places": self.places}, out)
        new.replace(self.file)
