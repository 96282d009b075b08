"""The to-do API (docs: /api/docs)."""

import urllib.parse

from . import web


class Todos:
    """`url` ends in /api."""

    def __init__(self, url, token=""):
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def add(self, title, key):
        """`key`: of the message that asks, so that one that comes twice adds once."""
        return web.call("POST", f"{self.url}/todos", {"title": title}, {**self.headers, "Idempotency-Key": key})

    def open_ones(self, limit):
        query = urllib.parse.urlencode({"done": "false", "limit": limit})
        return web.call("GET", f"{self.url}/todos?{query}", headers=self.headers)["items"]

    def end_of_feed(self):
        """The place of the last change."""
        return web.call("GET", f"{self.url}/events", headers={**self.headers, "Accept": "application/json"})["next"]

    def complete(self, todo_id):
        return web.call("PATCH", f"{self.url}/todos/{todo_id}", {"done": True}, self.headers)
