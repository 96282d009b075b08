"""As much of the NATS protocol as tests need: one connection, requests, and JetStream's snapshot API."""

import json
import socket
import ssl
import urllib.parse


class client:
    def __init__(self, url, user="", password="", trusting=None):
        """The login may be in the URL instead. tls://: `trusting` is the file of its authority."""
        at = urllib.parse.urlparse(url)
        self.user, password = user or at.username or "", password or at.password
        self.socket = socket.create_connection((at.hostname, at.port), timeout=10)
        if at.scheme == "tls":
            # INFO comes before the handshake; not a byte more may be read with it.
            while self.socket.recv(1) != b"\n":
                pass
            self.socket = ssl.create_default_context(cafile=trusting).wrap_socket(
                self.socket, server_hostname=at.hostname
            )
        self.stream = self.socket.makefile("rwb")
        if at.scheme != "tls":
            self.stream.readline()  # INFO
        self.sids = 0
        login = {"user": self.user, "pass": password} if self.user else {}
        options = {"verbose": False, "headers": True, "no_responders": True} | login
        self.send(b"CONNECT " + json.dumps(options).encode() + b"\r\n")

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        self.stream.write(data)
        self.stream.flush()

    def subscribe(self, subject):
        self.sids += 1
        self.send(f"SUB {subject} {self.sids}\r\n".encode())

    def inbox(self):
        subject = f"_INBOX.{self.user or 'anybody'}.{id(self)}.{self.sids + 1}"
        self.subscribe(subject)
        return subject

    def publish(self, subject, data=b"", reply="", headers=None):
        if headers:
            head = "NATS/1.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
            self.send(f"HPUB {subject} {reply} {len(head)} {len(head) + len(data)}\r\n{head}".encode() + data + b"\r\n")
        else:
            self.send(f"PUB {subject} {reply} {len(data)}\r\n".encode() + data + b"\r\n")

    def next(self):
        """(subject, reply, headers, data) of the next message of any subscription."""
        while True:
            line = self.stream.readline().split()
            if not line:
                raise AssertionError("NATS closed the connection")
            if line[0] == b"PING":
                self.send(b"PONG\r\n")
            elif line[0] == b"-ERR":
                raise AssertionError(b" ".join(line).decode())
            elif line[0] in (b"MSG", b"HMSG"):
                head = int(line[-2]) if line[0] == b"HMSG" else 0
                data = self.stream.read(int(line[-1]) + 2)[:-2]
                counts = 2 if line[0] == b"HMSG" else 1
                reply = line[3].decode() if len(line) > 3 + counts else ""
                return line[1].decode(), reply, data[:head].decode(), data[head:]

    def request(self, subject, data=b"", headers=None):
        inbox = self.inbox()
        self.publish(subject, data, inbox, headers)
        while True:
            to, _, _, answer = self.next()
            if to == inbox:
                return answer

    def api(self, subject, body=None):
        answer = json.loads(self.request("$JS.API." + subject, json.dumps(body).encode() if body is not None else b""))
        if "error" in answer:
            raise AssertionError(f"{subject}: {answer['error']}")
        return answer

    def snapshot(self, stream):
        """({config, state}, bytes)"""
        chunks, inbox = self.inbox(), self.inbox()
        self.publish(
            f"$JS.API.STREAM.SNAPSHOT.{stream}",
            json.dumps({"deliver_subject": chunks, "chunk_size": 65536}).encode(),
            inbox,
        )
        about, data, ended = None, b"", False
        # The reply and the first chunks take different paths: either may be first.
        while about is None or not ended:
            to, reply, _, content = self.next()
            if to == inbox:
                about = json.loads(content)
                if "error" in about:
                    raise AssertionError(f"snapshot of {stream}: {about['error']}")
            elif content:
                data += content
                if reply:  # newer servers do not ask for an answer to each
                    self.publish(reply)
            else:
                ended = True
        return {"config": about["config"], "state": about["state"]}, data

    def restore(self, about, data):
        subject = self.api(f"STREAM.RESTORE.{about['config']['name']}", about)["deliver_subject"]
        for start in range(0, len(data), 65536):
            self.request(subject, data[start : start + 65536])
        done = json.loads(self.request(subject))
        if "error" in done:
            raise AssertionError(done["error"])
