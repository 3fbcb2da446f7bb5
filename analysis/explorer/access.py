"""Who may ask the server for anything: one rule, kept before any address is looked up."""

import secrets
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

NAMES = ("127.0.0.1", "localhost")

POLICY = (
    "default-src 'none'; script-src 'self' blob: 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

LINES = {
    403: "refused. Open the address that `workbook serve` printed; it holds a token.",
    404: "there is nothing here.",
    500: "the page could not be made; the terminal says why.",
    503: "as many pages are open as may be; close one, or wait until one has been idle.",
}

ENTRANCE = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<title>Rent the compute, or build it?</title><link rel="icon" href="data:,">'
    '<meta http-equiv="refresh" content="0; url=/"><p><a href="/">To the page</a></p></html>'
)


class Gated(Application):
    """An application that answers only whoever has the token, and no page but its own.

    The token is in the address that was printed, and in a cookie from then on.
    """

    def find_handler(self, request: HTTPServerRequest, **options: Any) -> Any:
        """What answers a request: a refusal, the entrance, or the handler of its address."""
        port, token = self.settings["port"], self.settings["token"]
        if not _meant_for_us(request, port):
            return self.get_handler_delegate(request, Refusal)
        if request.path == "/" and request.query:
            known = _equal(request.query_arguments.get("token", []), token)
            return self.get_handler_delegate(request, Entrance if known else Refusal)
        if _sent_from_elsewhere(request) or not _has_cookie(request, port, token):
            return self.get_handler_delegate(request, Refusal)
        return super().find_handler(request, **options)


class Plain(RequestHandler):
    """A handler with the headers that every answer carries, whose errors are one line of text."""

    def set_default_headers(self) -> None:
        """Sets the headers."""
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def check_origin(self, *_: Any) -> bool:
        """True: the gate knows better, and has let this pass."""
        return True

    def write_error(self, status_code: int, **_: Any) -> None:
        """Answers with the status and what to do, and with nothing of what happened inside."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {LINES.get(status_code, self._reason)}\n")


class Refusal(Plain):
    """The answer to whoever may not ask, whatever the address."""

    def prepare(self) -> None:
        """Refuses before any method is looked at."""
        self.send_error(403)


class Missing(Plain):
    """The answer to an address that we do not serve."""

    def prepare(self) -> None:
        """Refuses before any method is looked at."""
        self.send_error(404)


class Entrance(Plain):
    """Makes a cookie of the token and leads to the page, whose address then holds no token.

    It is a page and no redirect: a browser keeps a strict cookie from the goal of a redirect that
    began on another site, such as a terminal in a browser.
    """

    def prepare(self) -> None:
        """Answers any method alike."""
        port, token = self.settings["port"], self.settings["token"]
        self.set_cookie(cookie(port), token, httponly=True, samesite="Strict")
        self.finish(ENTRANCE)


def cookie(port: int) -> str:
    """The name of the cookie: a browser sends those of all ports of a host to each of them."""
    return f"workbook-{port}"


def _meant_for_us(request: HTTPServerRequest, port: int) -> bool:
    """Whether the request names this machine: a name that someone else made lead here does not."""
    ours = {f"{name}{end}" for name in NAMES for end in ("", f":{port}")}
    return request.headers.get("Host", "").lower() in ours


def _sent_from_elsewhere(request: HTTPServerRequest) -> bool:
    """Whether a page of another site or port sent this, as its browser says.

    A socket always names its origin. A page that sends no referrer has the origin `null` elsewhere.
    """
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
    own = f"http://{request.headers['Host'].lower()}"
    if "Upgrade" in request.headers:
        return origin != own
    if origin == "null":
        return site != "same-origin"
    return origin not in (None, own) or site not in ("same-origin", "none")


def _has_cookie(request: HTTPServerRequest, port: int, token: str) -> bool:
    found = request.cookies.get(cookie(port))
    return found is not None and _equal([found.value.encode()], token)


def _equal(given: list[bytes], token: str) -> bool:
    return len(given) == 1 and secrets.compare_digest(given[0], token.encode())
