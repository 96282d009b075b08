"""Servers queried by the gates: Prometheus (the real one) and web APIs (a scripted stand-in)."""

import contextlib
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.request

from stack import answers, free_port

RULES = """
groups:
  - name: tidings
    rules:
      - {alert: %s, expr: vector(1), labels: {severity: %s, namespace: %s}}
"""


@contextlib.contextmanager
def prometheus(rules):
    """A real Prometheus that has evaluated these rules."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "rules.yml").write_text(rules, encoding="utf-8")
        config = {"global": {"evaluation_interval": "1s"}, "rule_files": ["rules.yml"] if rules else []}
        pathlib.Path(folder, "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
        url = f"http://127.0.0.1:{free_port()}"
        server = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address={url[7:]}",
            ],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: answers(url + "/-/ready"))
            if rules:
                wait_for(lambda: "alertname" in fetch(url + "/api/v1/alerts"))
            yield url
        finally:
            server.terminate()
            server.wait(20)


def fetch(url):
    with urllib.request.urlopen(url, timeout=5) as response:
        return response.read().decode()


def wait_for(condition):
    until = time.monotonic() + 30
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError("not in time")
        time.sleep(0.05)


@contextlib.contextmanager
def serving(answers_by_path):
    """The responses of a web API: {path: object}."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            known = answers_by_path.get(self.path)
            body = json.dumps(known).encode()
            self.send_response(404 if known is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def check_runs(**conclusions):
    runs = [{"name": n, "status": "completed" if c else "in_progress", "conclusion": c} for n, c in conclusions.items()]
    return {"total_count": len(runs), "check_runs": runs}
