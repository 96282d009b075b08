"""Who may read and write to-dos and endpoints (ADR 48, 101), and how often they may try."""

from .objects import dig, kind, matches, pods, title

FOR_BRANCHES = "tidings.io/slug"
APIS = ("tidings/todo-be", "tidings/broadcaster")
PAGE = "tidings/todo-fe"
CRON = "tidings/todo-cron"


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


def _settings(objects, container):
    """{variable: value}, with those that come from ConfigMaps."""
    maps = {o["metadata"]["name"]: o.get("data", {}) for o in kind(objects, "ConfigMap")}
    found = {}
    for source in container.get("envFrom", []):
        found |= maps.get(dig(source, "configMapRef", "name"), {})
    return found | {e["name"]: e.get("value", "") for e in container.get("env", [])}


def users_are_told_apart(objects):
    """Where others can reach it, todo-be has users, and knows whose tokens it believes and what they call this API. No
    provider (both are empty) is said too, not forgotten."""
    if not _public(objects):
        return
    for pod, c, _ in _programs(objects):
        if not _is(c, "tidings/todo-be"):
            continue
        given = _settings(objects, c)
        if given.get("IDENTITY") != "on":
            yield f"{pod.name} has one user for all: it needs IDENTITY=on (component identity)"
        for name in ("OIDC_ISSUER", "OIDC_AUDIENCE"):
            if name not in given:
                yield f"{pod.name} leaves {name} open"
        if bool(given.get("OIDC_ISSUER")) != bool(given.get("OIDC_AUDIENCE")):
            yield f"{pod.name} needs both, or none, of OIDC_ISSUER and OIDC_AUDIENCE"


def guesses_are_bounded(objects):
    """Where others can reach it, a todo-be with users limits what an address asks for, and counts the address of who
    asks, not of the page, through which all come."""
    if not _public(objects):
        return
    for pod, c, _ in _programs(objects):
        given = _settings(objects, c)
        if _is(c, "tidings/todo-be") and "--migrate-only" not in c.get("args", []) and given.get("IDENTITY") == "on":
            if int(given.get("RATE_LIMIT") or 0) == 0:
                yield f"{pod.name} lets anybody guess tokens: it needs RATE_LIMIT"
            if not given.get("TRUSTED_PROXIES"):
                yield f"{pod.name} counts whoever guesses as the page: it needs TRUSTED_PROXIES"


def _tokens(pod, container, env):
    """Secrets from which a program has its API_TOKEN."""
    if "API_TOKEN_FILE" in env:
        file = next(e.get("value", "") for e in container["env"] if e["name"] == "API_TOKEN_FILE")
        folders = [m["name"] for m in container.get("volumeMounts", []) if file.startswith(m["mountPath"] + "/")]
        yield from (dig(v, "secret", "secretName") for v in pod.spec.get("volumes", []) if v["name"] in folders)
    for e in container.get("env", []):
        if e["name"] == "API_TOKEN" and (ref := dig(e, "valueFrom", "secretKeyRef")):
            yield ref["name"]


def the_cron_has_a_token_of_its_own(objects):
    """With users the token of todo-be may do everything, and that of todo-cron no more than it needs."""
    programs = list(_programs(objects))
    if not any(_settings(objects, c).get("IDENTITY") == "on" for _, c, _ in programs if _is(c, "tidings/todo-be")):
        return
    others = {name for pod, c, env in programs if not _is(c, CRON) for name in _tokens(pod, c, env)}
    for pod, c, env in programs:
        if _is(c, CRON):
            mine = set(_tokens(pod, c, env))
            if not mine or mine & others:
                yield f"{pod.name} needs a Secret of its own with its API_TOKEN, it has {', '.join(mine) or 'none'}"


RULES = [
    apis_ask_for_a_token,
    a_page_with_a_token_asks_for_a_login,
    browsers_reach_the_api_through_the_page,
    users_are_told_apart,
    guesses_are_bounded,
    the_cron_has_a_token_of_its_own,
]
