"""The application as the routes' tests build it."""

from tests.routes.conftest import build, house, template

__all__ = ["build", "house", "template"]
