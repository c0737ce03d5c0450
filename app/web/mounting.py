"""Where the portal stands: under a path of its host, and behind proxies, as the settings say."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

Environment: TypeAlias = dict[str, Any]

# Who asks these knows the machine by its address, not by the portal's name.
HEALTH: Final = ("/livez", "/readyz", "/metrics")


def install(app: Flask, host: str, path: str, believed: Callable[[str], int]) -> None:
    """Serve under ``path``, whether the proxy in front takes it off or not.

    The path and the scheme of addresses come from ``public_url``, never from a header.
    ``believed`` tells of a header how many of its values, from the end, proxies of ours have set.
    """
    inner = app.wsgi_app

    def mounted(environ: Environment, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's own
        asked = environ.get("PATH_INFO", "")
        if f"{asked}/".startswith(f"{path}/"):
            environ["PATH_INFO"] = asked.removeprefix(path) or "/"
        environ["SCRIPT_NAME"] = path
        if environ["PATH_INFO"] in HEALTH:
            environ["HTTP_HOST"] = host
        environ["REMOTE_ADDR"] = _address(environ)
        return inner(environ, start_response)

    app.after_request(_by_path)
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way
        mounted,
        x_for=believed("X-Forwarded-For"),
        x_proto=believed("X-Forwarded-Proto"),
        x_host=believed("X-Forwarded-Host"),
    )


def _by_path(response: Response) -> Response:
    """Lead to an address's proper spelling by its path: its scheme may not be the public one."""
    if isinstance(request.routing_exception, RequestRedirect):
        parts = urlsplit(request.routing_exception.new_url)
        there = f"/{parts.path.lstrip('/')}"
        response.headers["Location"] = f"{there}?{parts.query}" if parts.query else there
    return response


def _address(environ: Environment) -> str:
    """Return who asks; what a proxy says counts only if it is an address."""
    peer = environ["werkzeug.proxy_fix.orig"]["REMOTE_ADDR"] or ""
    said = environ.get("REMOTE_ADDR", "")
    host, _, port = said.rpartition(":")
    for text in (said, host.strip("[]") if port.isdecimal() else ""):
        try:
            return ip_address(text).compressed
        except ValueError:
            continue
    return str(peer)
