"""An OpenID provider on loopback that a test starts: it signs with a key made there and then, and can be told to misbehave.

It is as strict as a real one with those who ask it: client, secret, return address, PKCE, and each code once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "portal", "a secret of the test"  # noqa: S105
Claims = dict[str, Any]


class OpenIdProvider:
    """One provider, and the person who is at its pages just now."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = secrets.token_hex(4)
        self.codes: dict[str, tuple[Claims, dict[str, str]]] = {}
        self.described: Claims = {}
        self.person: Claims = {}
        self.asked: list[dict[str, str]] = []
        self.sign: Callable[[Claims], str] = self.signed
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """The issuer."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def signed(self, claims: Claims, *, key: Any = None, algorithm: str = "RS256") -> str:
        """A token as it should be."""
        return jwt.encode(claims, key or self.key, algorithm=algorithm, headers={"kid": self.kid})

    def visit(self, location: str) -> str:
        """A browser arrives at the sign-in page; its person signs in at once. Answers with where the browser is sent back to."""
        assert location.startswith(f"{self.address}/authorize?"), location
        asked = dict(parse_qsl(urlsplit(location).query))
        self.asked.append(asked)
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256" and len(asked["nonce"]) > 30 and len(asked["state"]) >= 16
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "auth_time": now,
        } | self.person
        code = secrets.token_urlsafe(16)
        self.codes[code] = ({name: value for name, value in claims.items() if value is not None}, asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _token(self, form: dict[str, str]) -> tuple[int, Claims]:
        found = self.codes.pop(form.get("code", ""), None)
        if found is None or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        claims, asked = found
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": self.sign(claims)}

    def _description(self) -> Claims:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/sign-out",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.described

    def _keys(self) -> Claims:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            """Description, keys, sign-in page, tokens."""

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.visit(provider.address + self.path))
                    self.end_headers()
                    return
                answers = {"/.well-known/openid-configuration": provider._description, "/keys": provider._keys}
                self._say(200, answers[path]()) if path in answers else self._say(404, {})

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self._say(*provider._token(form))

            def _say(self, status: int, what: Claims) -> None:
                body = json.dumps(what).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        return Handler
