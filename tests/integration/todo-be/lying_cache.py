"""lying_cache.py PORT HOW: a cache of the Redis protocol that answers, and not what it should.

garbage: no protocol at all    other: another key's value    flood: endless values    many: an array of 2^31 elements
errors: refuses everything     early: answers before it is asked    refuse: refuses to store, and has nothing
spent: counts what nobody took, as if others had    huge, words: counts what cannot be
slow: has nothing, and takes its time to say so    bulks: a megabyte, whatever is asked
"""

import socketserver
import sys
import time

HOW = sys.argv[2]
KEPT = {}
# What it says of PTTL, SET and INCRBY.
COUNTS = {
    "spent": {b"PTTL": b":7000000\r\n", b"SET": b"$-1\r\n", b"INCRBY": b":1000000\r\n"},
    "huge": {b"PTTL": b":9223372036854775807\r\n", b"SET": b"+OK\r\n", b"INCRBY": b":-9223372036854775808\r\n"},
    "words": {b"PTTL": b"+soon\r\n", b"SET": b"+OK\r\n", b"INCRBY": b"$4\r\nmany\r\n"},
}


def read_command(stream):
    count = stream.readline()
    if not count.startswith(b"*"):
        return None
    words = []
    for _ in range(int(count[1:])):
        size = int(stream.readline()[1:])
        words.append(stream.read(size + 2)[:-2])
    return words


def bulk(value):
    return b"$%d\r\n%s\r\n" % (len(value), value)


class Client(socketserver.StreamRequestHandler):
    def handle(self):
        asked = 0
        while words := read_command(self.rfile):
            asked += 1
            self.wfile.write(b"+PONG\r\n" if words[0] == b"PING" else self.lie(words))
            if HOW == "early":
                self.wfile.write(bulk(b"early"))
            self.wfile.flush()

    def lie(self, words):
        if HOW == "slow" and words[0] == b"GET":
            time.sleep(0.06)
        if HOW == "bulks":
            return bulk(b"x" * 1_000_000)
        if words[0] in COUNTS.get(HOW, {}):
            return COUNTS[HOW][words[0]]
        if words[0] == b"SET":
            if HOW == "other":
                KEPT[words[1]] = words[2]
            return b"-OOM command not allowed\r\n" if HOW == "refuse" else b"+OK\r\n"
        if HOW == "other":
            others = [value for key, value in KEPT.items() if key != words[1]]
            return bulk(others[0]) if others else b"$-1\r\n"
        if HOW == "flood":
            self.wfile.write(b"$500000000\r\n")
            for _ in range(5_000):
                self.wfile.write(b"x" * 100_000)
        return {
            "garbage": b"HTTP/1.1 200 OK\r\n\r\n",
            "many": b"*2147483647\r\n",
            "errors": b"-ERR " + b"secret " * 1000 + b"\r\n",
        }.get(HOW, b"$-1\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("127.0.0.1", int(sys.argv[1])), Client) as server:
    server.serve_forever()
