"""A content folder with one valid API, for tests to change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

Write = Callable[..., Path]

TOML: Final = """\
title = "Weather"
document = "openapi.json"
products = ["weather-free", "weather-pro"]
base_url = "https://api.example.com/weather"
key_in = "query:apikey"
token_url = "https://api.example.com/token"
proxy = "weather-v1"
base_path = "/weather"
environments = ["test", "prod"]
"""
OPENAPI: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "Weather API", "version": "1.2", "description": "Looks at the sky."},
    "paths": {
        "/today": {"get": {"operationId": "today", "summary": "Weather of today"}},
        "/cities/{city}": {"get": {}, "delete": {"operationId": "remove city!"}},
        "x-note": {"get": {}},
    },
}
