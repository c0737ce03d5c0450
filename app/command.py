"""The command ``portal``: everything that ``flask --app wsgi`` does, and ``serve``."""

import click
from flask.cli import FlaskGroup

from app import __version__
from app.cli import database_words
from app.serving import serve
from app.starting import started


@click.command("example")
def example() -> None:
    """Print portal.example.toml: every setting, its default and what it means."""
    from app.configuration import example as file  # noqa: PLC0415 - no other command needs it

    click.echo(file.example(), nl=False)


class Portal(FlaskGroup):
    """The commands of the application, and those that are there without it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all; while the settings are wrong, of those that need none.

        What is wrong has been said on stderr then.
        """
        try:
            return super().list_commands(ctx)
        except SystemExit:
            return sorted(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; Flask-Migrate's would end with a trace where the database is away."""
        with database_words.told():
            return super().invoke(ctx)


@click.group(
    cls=Portal,
    create_app=started,
    add_default_commands=False,  # a development server and a shell are no part of an installation
    add_version_option=False,
    load_dotenv=False,  # the server would not read that file either
    help="The developer portal for Apigee. `portal example` shows the settings.",
)
@click.version_option(__version__, message="%(version)s")
def portal() -> None:
    """Find the command; without one, say what there is."""


# Which application it is, and whether it is being debugged, is not to be chosen.
portal.params = [each for each in portal.params if each.name == "version"]
portal.add_command(serve)
portal.add_command(example)


def main() -> None:
    """Run the command by the words that the process was started with."""
    portal.main(prog_name="portal")
