"""What schemathesis must be told of this API. A valid Idempotency-Key is made unique: the same key with another body is
rightly refused with 422, and schemathesis does not know that it has used one before."""

import json
import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 1 <= len(key) <= 255 and all(" " <= c <= "~" for c in key) and key.strip():
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.serializer("application/x-ndjson", "text/calendar", "text/csv")
def as_text(_context, value):
    """Files are examples of text; of what is no text JSON is as good as any other."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")
