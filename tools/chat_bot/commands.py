"""What people write, and what they are answered."""

import uuid

from . import web

MOST_LISTED = 30
MOST_CHATS = 1000

HELP = """add <what>: adds a to-do
list: shows those that are not done
done <number>: of that list, or the id of a to-do
subscribe, unsubscribe: whether this chat is told of every change"""


class Commands:
    """`subscribers` has add(chat) and discard(chat); `begin()`: what changes afterwards is told."""

    def __init__(self, todos, subscribers, begin):
        self.todos, self.subscribers, self.begin = todos, subscribers, begin
        self.shown = {}  # per chat: the ids of its last list

    def answer(self, chat, text, key):
        """`key` is the same when the same message comes again."""
        word, _, rest = text.strip().partition(" ")
        act = getattr(self, "do_" + word.lstrip("/").split("@")[0].lower(), None)
        if act is None:
            return HELP
        try:
            return act(chat, rest.strip(), key)
        except web.Refused as refused:
            return why(refused)
        except OSError:
            return "The to-dos cannot be reached right now; try again in a moment."

    def do_help(self, _chat, _rest, _key):
        return HELP

    do_start = do_help

    def do_add(self, _chat, rest, key):
        if not rest:
            return "What? Write: add Buy milk"
        return f"Added: {self.todos.add(rest, key)['title']}"

    def do_list(self, chat, _rest, _key):
        items = self.todos.open_ones(MOST_LISTED)
        self.shown.pop(chat, None)
        self.shown[chat] = [todo["id"] for todo in items]
        while len(self.shown) > MOST_CHATS:
            del self.shown[next(iter(self.shown))]
        return "\n".join(line(n, todo) for n, todo in enumerate(items, 1)) or "Nothing to do."

    def do_done(self, chat, rest, _key):
        todo_id = self.named(chat, rest)
        if todo_id is None:
            return "Which? Write `list`, then: done 1"
        return f"Done: {self.todos.complete(todo_id)['title']}"

    def named(self, chat, text):
        shown = self.shown.get(chat, [])
        if text.isdecimal() and len(text) < 5:
            return shown[int(text) - 1] if 1 <= int(text) <= len(shown) else None
        try:
            return str(uuid.UUID(text))
        except ValueError:
            return None

    def do_subscribe(self, chat, _rest, _key):
        self.begin()
        return "This chat is told of every change." if self.subscribers.add(chat) else "Too many chats subscribe."

    def do_unsubscribe(self, chat, _rest, _key):
        self.subscribers.discard(chat)
        return "This chat is no longer told."


def line(number, todo):
    due = f" (due {todo['due'][:16].replace('T', ' ')})" if todo["due"] else ""
    return f"{number}. {todo['title']}{due}"


def why(refused):
    errors = [e["detail"] for e in refused.document.get("errors", []) if isinstance(e, dict) and "detail" in e]
    return "; ".join(errors) or refused.document.get("detail") or f"That did not work (HTTP {refused.status})."
