"""What the bot needs of Telegram and of Slack, on loopback: the real ones cannot be had offline."""

import base64
import hashlib
import http.server
import json
import queue
import struct
import threading


class StandIn:
    """An HTTP server; `handled(path, body)` gives the JSON of an answer, or (status, JSON)."""

    def __init__(self, case):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = outer.handled(self.path, body, self.headers)
                status, document = answer if isinstance(answer, tuple) else (200, answer)
                data = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                outer.socket_opened(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a bot that is stopped leaves in the middle
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)
        self.said = queue.Queue()  # (chat, text), in their order

    @property
    def authority(self):
        return f"127.0.0.1:{self.server.server_port}"


class TelegramServer(StandIn):
    TOKEN = "123:abc"

    def __init__(self, case):
        super().__init__(case)
        self.updates, self.more, self.refuse = [], threading.Condition(), []
        self.answers = threading.Event()  # whether messages that were taken are answered yet
        self.answers.set()

    def write(self, chat, text):
        with self.more:
            message = {"message_id": 1, "chat": {"id": chat}, "text": text}
            self.updates.append({"update_id": 100 + len(self.updates), "message": message})
            self.more.notify_all()

    def handled(self, path, body, _headers):
        if not path.startswith(f"/bot{self.TOKEN}/"):
            return 401, {"ok": False, "description": "Unauthorized"}
        if path.endswith("/sendMessage"):
            if self.refuse:
                return self.refuse.pop()
            self.said.put((body["chat_id"], body["text"]))
            self.answers.wait(30)
            return {"ok": True, "result": {}}

        def due():
            return [u for u in self.updates if u["update_id"] >= body["offset"]]

        with self.more:
            self.more.wait_for(due, timeout=min(body["timeout"], 2))
            return {"ok": True, "result": due()}


class SlackServer(StandIn):
    APP_TOKEN, TOKEN = "xapp-1", "xoxb-1"

    def __init__(self, case):
        super().__init__(case)
        self.sockets = queue.Queue()

    def handled(self, path, body, headers):
        if path == "/api/apps.connections.open" and headers["Authorization"] == f"Bearer {self.APP_TOKEN}":
            return {"ok": True, "url": f"ws://{self.authority}/link"}
        if path == "/api/chat.postMessage" and headers["Authorization"] == f"Bearer {self.TOKEN}":
            self.said.put((body["channel"], body["text"]))
            return {"ok": True}
        return {"ok": False, "error": "not_authed"}

    def socket_opened(self, handler):
        key = handler.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        head = f"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        handler.wfile.write(head.encode())
        link, ended = Link(handler), threading.Event()
        link.ended = ended
        self.sockets.put(link)
        ended.wait(60)
        handler.close_connection = True


class Link:
    """Slack's end of a socket."""

    def __init__(self, handler):
        self.reading, self.writing = handler.rfile, handler.wfile

    def send(self, document):
        data = json.dumps(document).encode()
        self.writing.write(
            b"\x81" + (bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data)))
        )
        self.writing.write(data)

    def receive(self):
        first, length = self.reading.read(2)
        length &= 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self.reading.read(2))
        mask = self.reading.read(4)
        data = bytes(b ^ mask[i % 4] for i, b in enumerate(self.reading.read(length)))
        return json.loads(data) if first & 0x0F == 1 else None

    def command(self, number, text, channel="C1"):
        """What is answered to a slash command."""
        payload = {"command": "/todo", "text": text, "channel_id": channel}
        self.send({"envelope_id": str(number), "type": "slash_commands", "payload": payload})
        reply = self.receive()
        assert reply["envelope_id"] == str(number)
        return reply["payload"]["text"]

    def close(self):
        self.ended.set()
