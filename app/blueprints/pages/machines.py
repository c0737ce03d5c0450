"""What machines read to find their way: robots.txt, the site map, llms.txt."""

from flask import Blueprint, Response

from app.domain.errors import NotFound
from app.web import forms, machine_lists
from app.web.access import public, reading
from app.web.context import portal, roles
from app.web.limits import limited
from app.web.revalidated import answered, answered_by

bp = Blueprint("machines", __name__)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Say what is not for crawlers: everything, where nobody may read without signing in."""
    return answered(machine_lists.robots(), "text/plain")


@bp.get("/sitemap.xml")
@reading
@limited("machines")
def site_map() -> Response:
    """List what everybody may read; without public reading there is no such list."""
    if not portal().presentation.public_reading:
        raise NotFound("There is no such page.")
    part, found = forms.argument("part"), machine_lists.site_map()
    return answered_by(found.version, lambda: found.written(part), "application/xml")


@bp.get("/llms.txt")
@reading
@limited("machines")
def llms() -> Response:
    """List what this reader may read, for language models: https://llmstxt.org."""
    return answered(machine_lists.llms(roles()), "text/markdown")
