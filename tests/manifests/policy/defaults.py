"""What the API server would fill in is written out, where Argo CD compares lists as a whole (docs/adr/0040)."""

from .objects import title

# Kind -> [(path to what the server completes, the fields that it adds)]; lists on the way are walked through.
# Of Gateway API's v1 CRDs, and of Kubernetes' own defaults for the templates of claims.
COMPLETED = {
    "HTTPRoute": [
        (("spec", "parentRefs"), ("group", "kind")),
        (("spec", "rules"), ("matches",)),
        (("spec", "rules", "matches"), ("path",)),
        (("spec", "rules", "matches", "path"), ("type", "value")),
        (("spec", "rules", "matches", "headers"), ("type",)),
        (("spec", "rules", "backendRefs"), ("group", "kind", "weight")),
        (("spec", "rules", "filters", "requestRedirect"), ("statusCode",)),
    ],
    "Gateway": [
        (("spec", "listeners"), ("allowedRoutes",)),
        (("spec", "listeners", "allowedRoutes", "namespaces"), ("from",)),
        (("spec", "listeners", "tls"), ("mode",)),
        (("spec", "listeners", "tls", "certificateRefs"), ("group", "kind")),
    ],
    "StatefulSet": [
        (("spec", "volumeClaimTemplates"), ("apiVersion", "kind")),
        (("spec", "volumeClaimTemplates", "spec"), ("volumeMode",)),
    ],
}


def _at(value, path):
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def defaults_are_said(objects):
    """Otherwise the live object differs from Git for ever, and selfHeal applies it again and again."""
    for o in objects:
        for path, fields in COMPLETED.get(o["kind"], []):
            for found in _at(o, path):
                for field in fields:
                    if field not in found:
                        yield f"{title(o)}: {'.'.join(path)} leaves {field} to the API server"


RULES = [defaults_are_said]
