"""What a gateway shows to the world."""

from .objects import kind, title

HSTS = "Strict-Transport-Security"


def _sections(route):
    return {p.get("sectionName") for p in route["spec"]["parentRefs"]}


def _serving(route):
    return [r for r in route["spec"]["rules"] if r.get("backendRefs")]


def _at_home(route):
    """Names that mean the same machine need no certificate (RFC 6761)."""
    return all(h == "localhost" or h.endswith(".localhost") for h in route["spec"].get("hostnames", [""]))


def routes_have_hosts(objects):
    """Without hostnames a route answers for every host of a gateway that others share."""
    for o in kind(objects, "HTTPRoute"):
        if not o["spec"].get("hostnames"):
            yield f"{title(o)} needs hostnames"


def https_only(objects):
    """What leads to a service hangs on listener https alone: without sectionName it hangs on port 80 too, and bearer
    tokens travel in clear. Browsers are told to stay with TLS."""
    for o in kind(objects, "HTTPRoute"):
        if not _serving(o) or _at_home(o):
            continue
        if _sections(o) != {"https"}:
            yield f"{title(o)} needs sectionName: https in each of its parentRefs"
        for rule in _serving(o):
            told = [f.get("responseHeaderModifier", {}).get("set", []) for f in rule.get("filters", [])]
            if not any(h["name"] == HSTS for headers in told for h in headers):
                yield f"{title(o)}: {rule['matches'][0]['path']['value']} needs the header {HSTS}"


def plain_http_is_sent_on(objects):
    """Whoever types no scheme comes to port 80: for every host with TLS, a route there redirects to https."""
    sent_on = {
        host
        for o in kind(objects, "HTTPRoute")
        if _sections(o) == {"http"} and not _serving(o)
        for rule in o["spec"]["rules"]
        if any(f.get("requestRedirect", {}).get("scheme") == "https" for f in rule.get("filters", []))
        for host in o["spec"].get("hostnames", [])
    }
    for o in kind(objects, "HTTPRoute"):
        if "https" in _sections(o):
            yield from (f"no route sends {h} on to https" for h in o["spec"].get("hostnames", []) if h not in sent_on)


RULES = [routes_have_hosts, https_only, plain_http_is_sent_on]
