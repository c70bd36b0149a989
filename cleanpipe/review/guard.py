"""Who may ask the desk for something: the browser that was given its address, and no other page in it.

Another page can send requests to this machine from the same browser, under a name of its own that leads here (DNS
rebinding), or from another port. So each request must name this host and port, come from these pages where the browser
says from where, and carry the cookie that the address with the token gave. Nothing here allows another origin anything.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
LARGEST_BODY = 64 * 1024
"""Bytes of a request that takes a decision: two ids and a note."""
LARGEST_IMPORT = 32 * 1024 * 1024
"""Bytes of a file of decisions: some 80,000 of them."""
IMPORT = "/api/import"
TOO_LARGE = "This is too large."
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Review desk</title>
<main><h1>Review desk</h1><p>{says}</p></main>
"""
"""What a reader sees who may not come in, and so not have the style either."""
LONGEST_QUERY = 4096
MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Guard:
    """An application that passes on to another what this browser may ask for. `host` is "address:port"."""

    app: ASGIApp
    host: str
    token: str

    @property
    def cookie(self) -> str:
        """Cookies are shared by all ports of a host: each desk has a name of its own."""
        return f"cleanpipe-desk-{self.host.rpartition(':')[2]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # nothing here speaks by web socket
            raise RuntimeError(f"no {scope['type']} here")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        answer = self._answer(scope)
        limit = LARGEST_IMPORT if scope["path"] == IMPORT else LARGEST_BODY
        if answer is None and _declared(Headers(scope=scope)) > limit:
            answer = refused(scope["path"], HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        if answer is not None:
            await answer(scope, receive, send_guarded)
            return
        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
            return message

        await self.app(scope, receive_bounded, send_guarded)

    def _answer(self, scope: Scope) -> Response | None:
        """What to answer in the application's place; None where the request may pass."""
        headers = Headers(scope=scope)
        origin, own = headers.get("origin"), f"http://{self.host}"
        if headers.getlist("host") != [self.host]:
            return refused(
                scope["path"], HTTPStatus.MISDIRECTED_REQUEST, f"This is the desk at {own}/, and no other host."
            )
        if (origin is not None or scope["method"] == "POST") and origin != own:
            return refused(scope["path"], HTTPStatus.FORBIDDEN, "Only pages of this desk may ask it for this.")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return refused(scope["path"], HTTPStatus.FORBIDDEN, "Another page leads here: open the address yourself.")
        if scope["method"] not in ("GET", "POST"):
            return refused(scope["path"], HTTPStatus.METHOD_NOT_ALLOWED, "Only GET and POST.")
        if len(scope["query_string"]) > LONGEST_QUERY:
            return refused(scope["path"], HTTPStatus.REQUEST_URI_TOO_LONG, "This address is too long.")
        return self._without_token(scope, headers)

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        given = _query(scope).get("token")
        if scope["path"] == "/" and scope["method"] == "GET" and given is not None and self._is_token(given):
            welcome = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            welcome.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
            return welcome
        if not self._is_token(cookie_parser(headers.get("cookie", "")).get(self.cookie, "")):
            says = "Open the address that `cleanpipe review` printed: it has the token that lets this browser in."
            return refused(scope["path"], HTTPStatus.UNAUTHORIZED, says)
        return None

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), self.token.encode())


def _query(scope: Scope) -> Mapping[str, Any]:
    try:
        found = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else LARGEST_IMPORT + 1


def refused(path: str, status: int, says: str) -> Response:
    """An answer that says why there is no other: to the script as JSON, to a reader as a page."""
    if path.startswith("/api/"):
        return JSONResponse({"error": says}, status)
    return HTMLResponse(PAGE.format(says=html.escape(says)), status)
