"""Users of a todo-be with IDENTITY=on and the bearer tokens that they have: a provider's JWTs and access tokens."""

import base64
import datetime
import json
import subprocess
import time

import web

ISSUER, AUDIENCE = "https://id.bench.test", "todos"
LIFE = 86_400  # seconds of a token
KINDS = {"JWT": "a JWT (RS256)", "access token": "a personal access token"}


class Provider:
    """Its key, without a server: todo-be is told the public one."""

    def __init__(self, folder):
        self.key = folder / "provider.pem"
        _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.key)
        self.environment = {
            "IDENTITY": "on",
            "OIDC_ISSUER": ISSUER,
            "OIDC_AUDIENCE": AUDIENCE,
            "OIDC_KEYS": _openssl("pkey", "-in", self.key, "-pubout").decode(),
        }

    def jwt(self, subject: str) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + LIFE}
        signed = b".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
        signature = _openssl("dgst", "-sha256", "-sign", self.key, input=signed)
        return (signed + b"." + _encoded(signature)).decode()

    def bearer(self, kind: str, url: str) -> dict:
        """The header of a request with a token of that kind: of the same user at each call."""
        header = _bearer(self.jwt("somebody"))
        return header if kind == "JWT" else _bearer(access_token(url, header))


def access_token(url: str, header: dict) -> str:
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=LIFE)
    wanted = {"name": "bench", "scopes": ["todos:read", "todos:write"], "expires_at": end.isoformat(timespec="seconds")}
    return web.post_json(url + "/api/tokens", wanted, header)["token"]


def _bearer(token: str) -> dict:
    return {"Authorization": f"Bearer {token}"}


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _openssl(*arguments, **options) -> bytes:
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options).stdout
