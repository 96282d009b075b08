"""The page's nginx logs one line of JSON per request, whatever its path, without terminal control characters."""

import json
import time
import unittest

from private_page import Page


class AccessLog(unittest.TestCase):
    def setUp(self):
        page = Page(self)
        self.log = page.folder / "access.log"
        page.environment["ACCESS_LOG"] = str(self.log)
        page.start()
        self.connect = page.connect

    def path_of(self, target):
        """Requests the bytes of `target`; returns the logged path."""
        before = self.lines()
        with self.connect() as s:
            s.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: page\r\nConnection: close\r\n\r\n")
            while s.recv(65536):
                pass
        until = time.monotonic() + 20
        while len(lines := self.lines()) == len(before) and time.monotonic() < until:
            time.sleep(0.01)
        self.assertEqual(len(lines), len(before) + 1)
        self.assertTrue(lines[-1].isascii(), lines[-1])
        self.assertTrue(lines[-1].decode().isprintable(), lines[-1])
        return json.loads(lines[-1])["path"]

    def lines(self):
        return self.log.read_bytes().splitlines() if self.log.exists() else []

    def test_a_path_is_logged_as_sent_without_its_query(self):
        for target, path in (
            (b"/", "/"),
            (b"/?token=hush", "/"),
            (b"/a%20b?c?d", "/a%20b"),
            (b'/"\\', '/"\\'),
            (b"/%1b[2J%0a", "/%1b[2J%0a"),  # escape and line feed
            (b"/%C2%9B2J", "/%C2%9B2J"),  # C1
            (b"/%E2%80%AE", "/%E2%80%AE"),  # right to left
            (b"/%ff", "/%ff"),  # not UTF-8
            (b"/?%C2%9B", "/"),
        ):
            with self.subTest(target):
                self.assertEqual(self.path_of(target), path)

    def test_a_path_with_unprintable_bytes_is_not_logged(self):
        for target in (b"/\xc2\x9b2J", b"/\xe2\x80\xae", b"/\x9b", b"/\xff\xfe"):
            with self.subTest(target):
                self.assertEqual(self.path_of(target), "(not printable)")
        self.assertEqual(self.path_of(b"/?\xc2\x9b"), "/")


if __name__ == "__main__":
    unittest.main()
