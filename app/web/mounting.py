"""A portal under a path of its host, as ``public_url`` says."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from flask import Flask

Environment: TypeAlias = dict[str, Any]


def install(app: Flask, path: str) -> None:
    """Serve the application under ``path``, whether the proxy in front takes it off or not."""
    inner = app.wsgi_app

    def mounted(environ: Environment, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's own
        asked = environ.get("PATH_INFO", "")
        if f"{asked}/".startswith(f"{path}/"):
            environ["PATH_INFO"] = asked.removeprefix(path) or "/"
        environ["SCRIPT_NAME"] = path
        return inner(environ, start_response)

    app.wsgi_app = mounted  # type: ignore[method-assign] # Flask's documented way
