"""The floor: a bare Flask application that renders the portal's own pages from constants.

It asks the portal once for each page and keeps what its template was given. From then on there is
no session, no database, no Apigee and no hook: what Flask, Jinja, this template and the server
cost at least. Served as ``gunicorn bench.floor:create_floor()``.
"""

import gc
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, g, template_rendered
from flask import render_template as render_page  # noqa: TID251 - nothing of the portal's
from flask_login import current_user
from jinja2 import StrictUndefined, Template

from app.factory import create_app
from app.settings import Settings
from app.web.access import first_admin_page, opens
from app.web.sides import Side
from bench.crowd import known
from bench.house import PEOPLE_FILE, read_people
from bench.pages import COOKIE, PAGES, Page, warm_up

# A bare application gives its templates these itself.
FLASKS_OWN = {"config", "g", "request", "session"}
# What stands around a page depends on who reads it and on what the operator wrote.
FRAME = ("top_bar", "foot_links", "look", "site_seen", "may_search", "has_docs", "help_here")


def create_floor() -> Flask:
    """Build the application; ``/floor/<number>`` is the page of that number in ``PAGES``."""
    portal = create_app(Settings())
    people = read_people(Path(os.environ[PEOPLE_FILE]))
    pages = [_constants(portal, page, people[known(page.size)]) for page in PAGES]
    floor = _bare(portal)

    @floor.get("/livez")
    def livez() -> str:
        return "ok"

    @floor.get("/floor/<int:number>")
    def page(number: int) -> str:
        template, g.constants = pages[number]
        return render_page(template, **g.constants)

    # The portal that was asked is out of the garbage collector's way from here on.
    gc.collect()
    gc.freeze()
    return floor


def _constants(portal: Flask, page: Page, cookie: str) -> tuple[str, dict[str, Any]]:
    """Return the template of a warm page and everything it was given."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def keep(_sender: Flask, template: Template, context: dict[str, Any], **_more: object) -> None:
        seen.append((template.name or "", _frozen(context)))

    client = portal.test_client(use_cookies=False)
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    warm_up(lambda path: client.get(path, headers=headers).status_code)
    with template_rendered.connected_to(keep, portal):
        client.get(page.path, headers=headers)
    [found] = seen
    return found


def _frozen(context: dict[str, Any]) -> dict[str, Any]:
    """Return what a template was given, without what reads a session when it is asked."""
    token, first_page = context["csrf_token"](), first_admin_page()
    around = cast(Mapping[str, Callable[[], object]], current_app.jinja_env.globals)
    frame = {name: _constant(around[name]()) for name in FRAME}
    kept = {name: value for name, value in context.items() if name not in FLASKS_OWN}
    return {
        **kept,
        **frame,
        "opens": {name: opens(name) for name in current_app.view_functions}.__getitem__,
        "csrf_token": lambda: token,
        "first_admin_page": lambda: first_page,
        "current_user": current_user._get_current_object(),  # noqa: SLF001 - its documented name
        "flashes": tuple(context["flashes"]),
        "side": _OwnSide(),
    }


def _constant(value: object) -> Callable[[], object]:
    return lambda: value


def _of_this_page(name: str) -> Callable[[], object]:
    def now() -> object:
        return g.constants[name]()

    return now


class _OwnSide(Side):
    def may(self, _right: str) -> bool:
        return True


def _bare(portal: Flask) -> Flask:
    """Return an application with the portal's templates and addresses, and nothing else of it."""
    bare = Flask(
        "floor",
        root_path=portal.root_path,
        template_folder=portal.template_folder,
        static_folder=portal.static_folder,
    )
    bare.url_map.converters.update(portal.url_map.converters)
    for rule in portal.url_map.iter_rules():
        if rule.endpoint != "static":
            bare.add_url_rule(rule.rule, rule.endpoint, methods=rule.methods)
    environment, given = bare.jinja_env, portal.jinja_env
    environment.undefined = StrictUndefined
    environment.filters.update(given.filters)
    # Macros see no page's own context, so what they ask about the reader is fixed here as well.
    frame = {name: _of_this_page(name) for name in FRAME}
    environment.globals = {**given.globals, **frame, **environment.globals}
    environment.globals["ui"] = environment.get_template("components/ui.html").module
    return bare
