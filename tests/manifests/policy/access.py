"""Who may read and write to-dos and endpoints (ADR 48)."""

from .objects import dig, kind, matches, pods, title

FOR_BRANCHES = "tidings.io/slug"
APIS = ("tidings/todo-be", "tidings/broadcaster")
PAGE = "tidings/todo-fe"


def _programs(objects):
    """(pod, container, {its variables}) of ours."""
    for pod in pods(objects):
        for c in pod.containers():
            yield pod, c, {e["name"] for e in c.get("env", [])}


def _is(c, *images):
    return c["image"].partition(":")[0].partition("@")[0].rpartition("/")[2] in {i.rpartition("/")[2] for i in images}


def _public(objects):
    """Reached by others, with data of others: neither this machine's nor a branch's."""
    if any(FOR_BRANCHES in o["metadata"].get("labels", {}) for o in kind(objects, "Namespace")):
        return False
    hosts = [h for o in kind(objects, "HTTPRoute") for h in o["spec"].get("hostnames", [""])]
    return any(h != "localhost" and not h.endswith(".localhost") for h in hosts)


def apis_ask_for_a_token(objects):
    """Where others can reach it, an API asks for a token, and does not start without one (a file; a variable may be
    left out)."""
    if not _public(objects):
        return
    for pod, c, env in _programs(objects):
        if _is(c, *APIS) and "--migrate-only" not in c.get("args", []) and "API_TOKEN_FILE" not in env:
            yield f"{pod.name} answers everybody: it needs API_TOKEN_FILE"


def a_page_with_a_token_asks_for_a_login(objects):
    """The page speaks to todo-be with its own token: whoever reaches it has what the token opens."""
    for pod, c, env in _programs(objects):
        if _is(c, PAGE):
            token = bool(env & {"API_TOKEN", "API_TOKEN_FILE"})
            if token != ("LOGIN_FILE" in env):
                yield f"{pod.name} needs both, or none, of API_TOKEN_FILE and LOGIN_FILE"


def _leads_to(objects, backend):
    for service in kind(objects, "Service"):
        if service["metadata"]["name"] == backend["name"]:
            selector = {"matchLabels": dig(service, "spec", "selector", default={})}
            yield from (c for pod in pods(objects) if matches(selector, pod.labels) for c in pod.containers())


def browsers_reach_the_api_through_the_page(objects):
    """Who has logged in at the page has no token: straight at todo-be the page gets 401."""
    if not any("LOGIN_FILE" in env for _, _, env in _programs(objects)):
        return
    for o in kind(objects, "HTTPRoute"):
        for rule in o["spec"]["rules"]:
            reached = [c for b in rule.get("backendRefs", []) for c in _leads_to(objects, b)]
            for match in rule["matches"]:
                if "/api" in match["path"]["value"] and any(_is(c, "tidings/todo-be") for c in reached):
                    yield f"{title(o)}: {match['path']['value']} passes by the page, which has the token"


RULES = [apis_ask_for_a_token, a_page_with_a_token_asks_for_a_login, browsers_reach_the_api_through_the_page]
