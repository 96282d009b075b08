"""Telegram, by long polling: no inbound port. https://core.telegram.org/bots/api"""

from . import web

POLL = 25  # seconds that a poll waits at the server
LONGEST = 4000  # characters of a message; Telegram takes 4,096


class Telegram:
    """`allowed`: the chats that may use it; anybody can write to a bot."""

    name = "telegram"

    def __init__(self, token, state, allowed, url="https://api.telegram.org"):
        self.base, self.state, self.allowed = f"{url.rstrip('/')}/bot{token}", state, allowed

    def ask(self, method, patience=web.TIMEOUT, **body):
        answer = web.call("POST", f"{self.base}/{method}", body, timeout=patience)
        if not isinstance(answer, dict) or not answer.get("ok"):
            raise OSError("Telegram answered something else")
        return answer["result"]

    def send(self, chat, text):
        self.ask("sendMessage", chat_id=int(chat), text=text[:LONGEST])

    def serve(self, answer):
        """Answers what has come within one poll. Raises OSError or Refused."""
        place = self.state.place(self.name) or 0
        updates = self.ask("getUpdates", POLL + 10, offset=place, timeout=POLL, allowed_updates=["message"], limit=50)
        for update in updates:
            self.take(update, answer)
            self.state.move(self.name, update["update_id"] + 1)

    def take(self, update, answer):
        message = update.get("message") or {}
        if "text" not in message:
            return
        chat = str(message["chat"]["id"])
        if chat not in self.allowed:
            self.send(chat, f"This bot does not know you. Its owner can allow this chat: {chat}")
            return
        self.send(chat, answer(chat, message["text"], f"telegram-{update['update_id']}"))
