"""The ``flask`` commands: each calls one service and prints what it did.

They are loaded when a command is looked for: a web process needs neither them nor Alembic.
"""

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.services.truth.port import Conformance


class Commands(AppGroup):
    """The application's own commands, once somebody looks for one."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name=app.name)
        self._app: Flask | None = app

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all."""
        self._load()
        return super().list_commands(ctx)

    def _load(self) -> None:
        if self._app:
            from app.cli.every import add_to  # noqa: PLC0415 - commands alone need them

            app, self._app = self._app, None
            add_to(app)


def install(app: Flask, conformance: Callable[[str, Path], Conformance]) -> None:
    """Add the commands to the application; ``conformance`` makes what one of them needs."""
    app.extensions["conformance"] = conformance
    app.cli = Commands(app)
