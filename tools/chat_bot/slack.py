"""Slack, in Socket Mode: slash commands over a WebSocket that we open, no inbound port.

https://docs.slack.dev/apis/events-api/using-socket-mode"""

import json

import websocket

from . import web

SILENCE = 120  # seconds; Slack pings more often
LONGEST = 4000


class Slack:
    """`app_token` (xapp-) opens the socket, `token` (xoxb-) posts. `allowed`: channels; none: all of the workspace."""

    name = "slack"

    def __init__(self, app_token, token, allowed, url="https://slack.com/api"):
        self.app_token, self.token, self.allowed, self.url = app_token, token, allowed, url.rstrip("/")

    def ask(self, method, token, **body):
        answer = web.call("POST", f"{self.url}/{method}", body, {"Authorization": f"Bearer {token}"})
        if not isinstance(answer, dict) or not answer.get("ok"):
            raise OSError(f"Slack refused {method}: {(answer or {}).get('error', 'no JSON')}")
        return answer

    def send(self, chat, text):
        self.ask("chat.postMessage", self.token, channel=chat, text=text[:LONGEST])

    def serve(self, answer):
        """Answers what comes over one socket, until it ends. Raises OSError."""
        try:
            socket = websocket.create_connection(
                self.ask("apps.connections.open", self.app_token)["url"], timeout=SILENCE
            )
        except websocket.WebSocketException as failure:
            raise OSError(str(failure)) from None
        try:
            while text := socket.recv():
                if not self.take(json.loads(text), socket, answer):
                    return
        except websocket.WebSocketConnectionClosedException:
            return
        except websocket.WebSocketException as failure:
            raise OSError(str(failure)) from None
        finally:
            socket.close()

    def take(self, envelope, socket, answer):
        """Whether the socket goes on."""
        if envelope.get("type") == "disconnect":
            return False
        if "envelope_id" in envelope:
            reply = {"envelope_id": envelope["envelope_id"]}
            if envelope.get("type") == "slash_commands":
                reply["payload"] = {"text": self.reply(envelope, answer)[:LONGEST]}
            socket.send(json.dumps(reply))
        return True

    def reply(self, envelope, answer):
        command = envelope["payload"]
        chat = command["channel_id"]
        if self.allowed and chat not in self.allowed:
            return f"This channel may not use the to-dos. Their owner can allow it: {chat}"
        return answer(chat, command.get("text", ""), f"slack-{envelope['envelope_id']}")
