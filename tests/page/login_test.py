"""The page behind a login: who is let in, as whom todo-be sees them, and what a wrong set-up does."""

import base64
import http.client
import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from private_page import Page

TOKEN, PASSWORD = "the-page-s-own", "of ann: é"


def basic(name, password):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class Backend(BaseHTTPRequestHandler):
    """Answers with the credentials that it was shown."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = (self.headers["Authorization"] or "none").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_GET

    def log_message(self, *_):
        pass


class Case(unittest.TestCase):
    def backend(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def page(self, **settings):
        url = self.backend()
        return Page(self, BACKEND_URL=url, BROADCASTER_URL=url, **settings)

    def ask(self, page, path, authorization=None, method="GET"):
        """(status, body, headers)"""
        page.connect().close()
        connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path, headers={"Authorization": authorization} if authorization else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers


class Login(Case):
    def setUp(self):
        self.it = self.page(API_TOKEN=TOKEN)
        self.file = self.it.folder / "login"
        self.admit("ann", PASSWORD)
        self.it.environment["LOGIN_FILE"] = str(self.file)
        self.it.start()

    def admit(self, name, password):
        hashed = subprocess.run(
            ["openssl", "passwd", "-apr1", "-stdin"], input=password, capture_output=True, text=True, check=True
        ).stdout.strip()
        self.file.write_text(f"{name}:{hashed}\n", encoding="utf-8")

    def test_nobody_without_one_sees_the_page_or_a_to_do(self):
        for authorization in (None, basic("ann", "guessed"), basic("bob", PASSWORD), "Basic", "bearer", "Bearer"):
            for path in ("/", "/index.html", "/assets/x.js", "/api", "/api/todos", "/api/events", "/api/todos/1"):
                status, body, headers = self.ask(self.it, path, authorization)
                with self.subTest(path=path, authorization=authorization):
                    self.assertEqual(status, 401)
                    self.assertIn("Basic", headers["WWW-Authenticate"])
                    self.assertIn('"status":401', body)
        self.assertEqual(self.ask(self.it, "/api/todos", method="POST")[0], 401)

    def test_a_token_of_ones_own_opens_the_api_but_not_the_page(self):
        for token in ("Bearer mine", "bearer mine"):
            self.assertEqual(self.ask(self.it, "/api/todos", token)[:2], (200, token), "todo-be looks at it")
            self.assertEqual(self.ask(self.it, "/", token)[0], 401)

    def test_with_one_the_page_works_in_its_own_name(self):
        ann = basic("ann", PASSWORD)
        self.assertEqual(self.ask(self.it, "/", ann)[:2], (200, "page"))
        for path in ("/api", "/api/todos", "/api/events"):
            for method in ("GET", "POST", "DELETE"):
                self.assertEqual(self.ask(self.it, path, ann, method)[:2], (200, f"Bearer {TOKEN}"), path)

    def test_nobody_s_login_changes_where_webhooks_go(self):
        for authorization in ("Bearer mine", basic("ann", PASSWORD), "none"):
            shown = self.ask(self.it, "/api/webhooks/endpoints", authorization)
            self.assertEqual(shown[:2], (200, authorization))

    def test_probes_need_none_and_get_no_token(self):
        self.assertEqual(self.ask(self.it, "/healthz")[0], 200)
        # The last is a probe for nginx, and goes on as it was sent.
        for path in ("/be-health", "/be/health", "/api/todos/..%2f..%2fbe-health"):
            self.assertEqual(self.ask(self.it, path)[:2], (200, "none"))

    def test_a_changed_file_counts_at_once(self):
        self.admit("bob", "of bob")
        self.assertEqual(self.ask(self.it, "/", basic("bob", "of bob"))[0], 200)
        self.assertEqual(self.ask(self.it, "/", basic("ann", PASSWORD))[0], 401)


class WithoutLogin(Case):
    def test_the_page_is_open_and_speaks_in_its_own_name_or_the_caller_s(self):
        for token, seen in ((TOKEN, f"Bearer {TOKEN}"), ("", "Bearer mine")):
            page = self.page(API_TOKEN=token)
            page.start()
            self.assertEqual(self.ask(page, "/")[0], 200)
            self.assertEqual(self.ask(page, "/api/todos", "Bearer mine")[:2], (200, seen))


class WrongSetUp(Case):
    def test_it_does_not_start(self):
        page = self.page()
        (page.folder / "empty").touch()
        (page.folder / "full").write_text("ann:x\n", encoding="utf-8")
        for settings, complaint in (
            ({"API_TOKEN": TOKEN, "LOGIN_FILE": str(page.folder / "empty")}, "LOGIN_FILE is empty"),
            ({"API_TOKEN": TOKEN, "LOGIN_FILE": str(page.folder / "lost")}, "cannot be read"),
            ({"API_TOKEN": TOKEN, "LOGIN_FILE": "full"}, "absolute path"),
            ({"API_TOKEN": TOKEN, "LOGIN_FILE": "/full;deny all"}, "characters"),
            ({"LOGIN_FILE": str(page.folder / "full")}, "LOGIN_FILE needs API_TOKEN"),
        ):
            with self.subTest(complaint):
                page.environment = page.environment | {"API_TOKEN": ""} | settings
                done = page.render()
                self.assertEqual(done.returncode, 2)
                self.assertIn(complaint, done.stderr)


if __name__ == "__main__":
    unittest.main()
