"""``flask apps list|show`` and ``flask approvals list``: apps as Apigee has them, and who waits."""

import json
from collections.abc import Iterator

import click

from app.cli.arguments import Commands
from app.cli.audit import UNPRINTABLE
from app.domain.apps import AppFilter, OrganizationApp
from app.domain.errors import PortalError
from app.domain.keys import ApprovalStatus
from app.web.context import portal

STATUSES = [status.value for status in ApprovalStatus]

apps = Commands("apps", help="Apps of the whole organization.")
approvals = Commands("approvals", help="Who waits for access to API products.")


@apps.command("list")
@click.option("--name", default="", help="Apps of exactly this name.")
@click.option("--product", default="", help="Apps with this product on a key.")
@click.option("--status", type=click.Choice(STATUSES), help="Apigee's status of the app.")
@click.option("--key-status", type=click.Choice(STATUSES), help="Apigee's status of any key.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def listing(
    *, name: str, product: str, status: str | None, key_status: str | None, as_json: bool
) -> None:
    """List apps as Apigee has them; keys and secrets are never printed."""
    only = AppFilter(
        name=name,
        status=ApprovalStatus(status) if status else None,
        product=product,
        key_status=ApprovalStatus(key_status) if key_status else None,
    )
    try:
        for item in portal().approvals.listing.apps.all(only):
            app = item.app
            line = f"{app.status.value:9}{app.app_id}  {app.name}".translate(UNPRINTABLE)
            click.echo(json.dumps(_facts(item)) if as_json else line)
    except PortalError as error:
        raise click.ClickException(error.message) from None


@apps.command("show")
@click.argument("app_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(app_id: str, *, as_json: bool) -> None:
    """Show one app by Apigee's id, with what its keys are."""
    try:
        found = portal().approvals.listing.get(app_id)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    facts = _facts(found.app)
    facts["developer"] = found.developer.email if found.developer else None
    if as_json:
        click.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        click.echo(f"{name:14}{'' if text is None else text}".translate(UNPRINTABLE).rstrip())


@approvals.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def waiting(*, as_json: bool) -> None:
    """List what waits, the longest first, as Apigee confirms it."""
    try:
        for facts in _waiting():
            line = "  ".join(str(value or "") for value in facts.values())
            click.echo(json.dumps(facts) if as_json else line.translate(UNPRINTABLE))
    except PortalError as error:
        raise click.ClickException(error.message) from None


def _waiting() -> Iterator[dict[str, object]]:
    for row in portal().approvals.desk.every():
        wanted = row.wait.wanted
        yield {
            "since": row.wait.since.isoformat(timespec="seconds"),
            "product": wanted.product,
            "app": row.app.name if row.app else None,
            "developer": row.developer.email if row.developer else None,
            "app_id": wanted.app_id,
            "key_id": wanted.key_id,
        }


def _facts(item: OrganizationApp) -> dict[str, object]:
    app = item.app
    return {
        "app_id": app.app_id,
        "name": app.name,
        "display_name": app.display_name,
        "status": app.status.value,
        "developer_id": app.developer_id or None,
        "group": item.group or None,
        "keys": [
            {
                "key_id": key.key_id,
                "ending": key.ending,
                "status": key.status.value,
                "expires_at": key.expires_at.isoformat() if key.expires_at else None,
                "products": {each.name: each.status.value for each in key.products},
            }
            for key in app.keys
        ],
    }
