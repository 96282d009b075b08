"""A valid Idempotency-Key is made unique: the same key with another body is rightly refused with 422, and schemathesis
does not know that it has used one before."""

import uuid

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 1 <= len(key) <= 255 and all(" " <= c <= "~" for c in key) and key.strip():
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
