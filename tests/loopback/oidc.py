"""An identity service (OpenID Connect) on the loopback, with real RS256 keys; no person sits before it.

    with LoopbackOidc() as idp:
        # HIENTRUONG_OIDC_ISSUER=idp.origin  ..._CLIENT_ID=idp.client_id  ..._CLIENT_SECRET=idp.client_secret
        back = idp.sign_in(address, "079090001234")     # what the browser is sent back to, "https://.../callback?code=..."

It refuses what such a service refuses: another client, another return address, a code used twice, a verifier that does
not fit the challenge. `spoil` changes the next token's claims, `foreign_key` signs it with a key nobody published.
"""

import base64
import hashlib
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.loopback.listener import Answer, Listener, Request


class LoopbackOidc(Listener):
    """One client is registered; its return address is whatever the first sign-in names."""

    def __init__(self) -> None:
        super().__init__()
        self.client_id, self.client_secret = "hien-truong", "bi-mat-cua-thanh-pho"
        self.key = RSAKey.generate_key(2048, {"kid": "2026"}, auto_kid=False)
        self.spoil: dict[str, Any] = {}
        self.foreign_key = False
        self.name_in_discovery: str | None = None
        self.exchanges = 0
        self._codes: dict[str, dict[str, str]] = {}

    def sign_in(self, address: str, subject: str) -> str:
        """What the service does once the person has proved to be `subject`: the address back to the city."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == self.client_id and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and asked["scope"].split()[0] == "openid"
        code = secrets.token_urlsafe(16)
        self._codes[code] = {**asked, "subject": subject}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def handle(self, request: Request) -> Answer:
        path = urlsplit(request.path).path
        if path == "/.well-known/openid-configuration":
            return _json(200, self._discovery())
        if path == "/keys":
            return _json(200, {"keys": [self.key.as_dict(private=False)]})
        if path == "/token":
            return self._exchange(request)
        return _json(404, {"error": "not_found"})

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.name_in_discovery or self.origin,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/keys",
        }

    def _exchange(self, request: Request) -> Answer:
        self.exchanges += 1
        given = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {given}":
            return _json(401, {"error": "invalid_client"})
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return _json(400, {"error": "invalid_grant"})
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return _json(400, {"error": "invalid_grant"})
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.origin,
            "aud": self.client_id,
            "sub": asked["subject"],
            "nonce": asked["nonce"],
        }
        claims |= {"iat": now, "exp": now + 300, **self.spoil}
        key = RSAKey.generate_key(2048, {"kid": "2026"}, auto_kid=False) if self.foreign_key else self.key
        token = jwt.encode({"alg": "RS256", "kid": "2026"}, claims, key)
        return _json(200, {"access_token": "x", "token_type": "Bearer", "id_token": token})


def _json(status: int, body: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})
