"""Signing in at the city's identity service (OpenID Connect, for example VNeID): code flow with PKCE, state and nonce.

    login = begin();  browser goes to await provider.address(login, redirect_uri)
    subject = await provider.subject(code, login, redirect_uri)      # or SignInFailed

Only the subject is kept, as a keyed hash; no name, no number. Addresses come from the settings and from the discovery
document behind the issuer named there, which must call itself by that very name.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.settings import Oidc
from reports.problems import NotAllowed

SECONDS = 10.0
#: How long discovery and keys are believed.
FRESH_SECONDS = 3600.0
ALGORITHMS = ["RS256", "ES256", "PS256"]
LEEWAY_SECONDS = 60
LONGEST_ANSWER = 256 * 1024


class SignInFailed(NotAllowed):
    """The sign-in service did not confirm who you are; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a return must match: `state` in the address, `nonce` in the token, `verifier` for PKCE."""

    state: str
    nonce: str
    verifier: str


def begin() -> Login:
    """Fresh secrets of one sign-in."""
    return Login(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def state_hash(state: str) -> bytes:
    """What is stored of a state; it is 32 random bytes, so a fast hash gives nothing away."""
    return hashlib.sha256(state.encode()).digest()


@dataclass
class Provider:
    """The identity service, with what was read from it a while ago."""

    settings: Oidc
    _read_at: float = field(default=float("-inf"))
    _document: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None

    async def address(self, login: Login, redirect_uri: str) -> str:
        """Where to send the browser."""
        document = await self._discover()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(login.verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id or "",
            "redirect_uri": redirect_uri,
            "scope": "openid",
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(document["authorization_endpoint"]).query else "?"
        return f"{document['authorization_endpoint']}{joint}{urlencode(asked)}"

    async def subject(self, code: str, login: Login, redirect_uri: str) -> str:
        """Who signed in, as "issuer subject"; SignInFailed for anything that does not fit together."""
        document = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": login.verifier,
            "client_id": self.settings.client_id or "",
        }
        secret = self.settings.client_secret
        auth = (self.settings.client_id or "", secret.get_secret_value()) if secret else None
        answer = await self._ask("POST", document["token_endpoint"], data=form, auth=auth)
        claims = await self._claims(answer.get("id_token"), login.nonce)
        return f"{self.settings.issuer} {claims['sub']}"

    async def _claims(self, token: Any, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str):
            raise SignInFailed
        wanted = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
            "nonce": {"essential": True, "value": nonce},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        try:
            decoded = await self._decoded(token)
            registry = jwt.JWTClaimsRegistry(now=int(time.time()), leeway=LEEWAY_SECONDS, **wanted)  # type: ignore[arg-type]
            registry.validate(decoded)
        except (JoseError, ValueError) as error:
            raise SignInFailed from error
        if not isinstance(decoded["sub"], str) or not decoded["sub"]:
            raise SignInFailed
        return decoded

    async def _decoded(self, token: str) -> dict[str, Any]:
        try:
            return dict(jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError):
            # The service may have changed its keys since they were read: once more with fresh ones.
            self._keys = None
            return dict(jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS).claims)

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            document = await self._discover()
            self._keys = KeySet.import_key_set(await self._ask("GET", document["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    async def _discover(self) -> dict[str, Any]:
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            issuer = self.settings.issuer or ""
            document = await self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            secure = urlsplit(issuer).scheme
            # An https issuer must not lead us to plain http.
            if document.get("issuer") != issuer or any(
                urlsplit(str(document.get(name))).scheme not in ("https", secure) for name in needed
            ):
                raise SignInFailed("The sign-in service describes itself as somebody else.")
            self._document, self._keys, self._read_at = document, None, time.monotonic()
        return self._document

    async def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=SECONDS, trust_env=False, follow_redirects=False) as http:
                answer = await http.request(method, url, headers={"Accept": "application/json"}, **more)
            value = answer.json() if answer.is_success and len(answer.content) <= LONGEST_ANSWER else None
        except (httpx2.HTTPError, ValueError) as error:
            raise SignInFailed("The sign-in service does not answer at the moment; please try again.") from error
        if not isinstance(value, dict):
            raise SignInFailed
        return value
