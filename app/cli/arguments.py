"""What every command refuses before it begins, arguments that are no text, and how it fails."""

import click
from flask.cli import AppGroup

from app.cli import database_words

NO_TEXT = "An argument is no text in UTF-8. Nothing was done."


class _Readable(click.Command):
    """Refuses what neither a database nor Apigee can be told; a group does so for its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; raise ``UsageError`` for bytes that are no UTF-8."""
        try:
            "".join(args).encode()
        except UnicodeEncodeError:
            raise click.UsageError(NO_TEXT, ctx) from None
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run it; raise ``ClickException`` where the database cannot be used."""
        with database_words.told():
            return super().invoke(ctx)


class Commands(_Readable, AppGroup):
    """A group of commands."""


class Command(_Readable):
    """A command that is in no group."""
