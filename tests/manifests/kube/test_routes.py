"""Which path goes where: the route is read as a gateway reads it (Gateway API: exact before prefix, longer before
shorter)."""

import unittest

from .overlays import build, get


def fits(match, path):
    kind, value = match["path"]["type"], match["path"]["value"]
    if kind == "Exact":
        return path == value
    assert kind == "PathPrefix", kind
    return value == "/" or path == value.rstrip("/") or path.startswith(value.rstrip("/") + "/")


def weight(match):
    return match["path"]["type"] == "Exact", len(match["path"]["value"])


def rule_for(route, path):
    found = [(weight(m), r) for r in route["spec"]["rules"] for m in r["matches"] if fits(m, path)]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def filters(rule):
    return {f["type"]: f for f in rule.get("filters", [])}


PATHS = {
    "/": "todo-app-fe-svc",
    "/assets/page.js": "todo-app-fe-svc",
    "/apis": "todo-app-fe-svc",
    "/api": "todo-app-be-svc",
    "/api/todos": "todo-app-be-svc",
    "/api/todos/1": "todo-app-be-svc",
    "/be-health": "todo-app-be-svc",
    "/api/events": "todo-app-be-svc",
    "/api/ws": "todo-app-be-svc",
    "/api/todos:import": "todo-app-be-svc",
    "/api/todos:export": "todo-app-be-svc",
    "/api/todos.ics": "todo-app-be-svc",
    "/api/webhooks": "broadcaster-svc",
    "/api/webhooks/endpoints": "broadcaster-svc",
    "/api/webhooks/health": "broadcaster-svc",
}
FILES = ("/api/todos:import", "/api/todos:export", "/api/todos.ics")
# Where people log in at the page, which knows the token (component login), the way to the to-dos leads through it.
THROUGH_THE_PAGE = {p: "todo-app-fe-svc" for p in PATHS if p.startswith("/api") and "webhooks" not in p}
WITH_LOGIN = ("staging", "production")
PORTS = {"todo-app-fe-svc": 8080, "todo-app-be-svc": 2506, "broadcaster-svc": 8002}


class Routes(unittest.TestCase):
    def test_every_path_has_its_service(self):
        for overlay, base in (("development", ""), ("feature", ""), ("staging", ""), ("production", "/project")):
            route = get(build(overlay), "HTTPRoute", "todo-app-route")
            paths = PATHS | (THROUGH_THE_PAGE if overlay in WITH_LOGIN else {})
            for path, service in paths.items():
                with self.subTest(overlay=overlay, path=base + path):
                    backend = rule_for(route, base + path)["backendRefs"]
                    self.assertEqual([(b["name"], b["port"]) for b in backend], [(service, PORTS[service])])

    def test_streams_are_neither_buffered_nor_cut_off(self):
        for overlay, base in (("staging", ""), ("production", "/project")):
            route = get(build(overlay), "HTTPRoute", "todo-app-route")
            rule = rule_for(route, base + "/api/events")
            self.assertEqual(rule["timeouts"], {"request": "0s", "backendRequest": "0s"})
            header = filters(rule)["ResponseHeaderModifier"]["responseHeaderModifier"]["set"]
            self.assertIn({"name": "X-Accel-Buffering", "value": "no"}, header)
            socket = rule_for(route, base + "/api/ws")
            self.assertEqual(socket["timeouts"], {"request": "0s", "backendRequest": "0s"})
            self.assertEqual(rule_for(route, base + "/api/todos")["timeouts"], {"request": "35s"})
            for path in FILES:
                self.assertEqual(rule_for(route, base + path)["timeouts"], {"request": "660s"})

    def test_the_page_sees_paths_without_the_prefix(self):
        route = get(build("production"), "HTTPRoute", "todo-app-route")
        for path in ("/project/", "/project/api/todos"):
            rewrite = filters(rule_for(route, path))["URLRewrite"]["urlRewrite"]["path"]
            self.assertEqual(rewrite, {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"})
        for path in ("/api/events", "/api/ws", *FILES):
            stream = filters(rule_for(route, "/project" + path))["URLRewrite"]["urlRewrite"]["path"]
            self.assertEqual(stream, {"type": "ReplaceFullPath", "replaceFullPath": path})
        self.assertNotIn("URLRewrite", filters(rule_for(route, "/project/api/webhooks")))

    def test_without_its_slash_the_page_redirects(self):
        route = get(build("production"), "HTTPRoute", "todo-app-route")
        redirect = filters(rule_for(route, "/project"))["RequestRedirect"]["requestRedirect"]
        self.assertEqual(redirect["path"]["replaceFullPath"], "/project/")

    def test_other_paths_of_a_shared_gateway_are_not_ours(self):
        route = get(build("production"), "HTTPRoute", "todo-app-route")
        for path in ("/", "/api/todos", "/projects"):
            self.assertIsNone(rule_for(route, path), path)

    def test_no_two_rules_claim_the_same_path(self):
        for overlay in ("staging", "production"):
            matches = [
                str(m)
                for r in get(build(overlay), "HTTPRoute", "todo-app-route")["spec"]["rules"]
                for m in r["matches"]
            ]
            self.assertEqual(len(matches), len(set(matches)))


if __name__ == "__main__":
    unittest.main()
