"""Templates: they compile, their blocks stand alone, and they hold nothing that is evaluated."""

import ast
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from jinja2_fragments.flask import render_block

from app.domain.audit import Action
from app.domain.jobs import JobKind, JobState, NewJob
from app.domain.mail import MailKind
from app.web import htmx
from tests.architecture.sources import TEMPLATES, modules, syntax, templates, texts
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

FORBIDDEN = {
    "inline style": r"<style|\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "javascript address": r"javascript:",
    "evaluated attribute": r"hx-on|hx-vals|hx-vars|\bjs:",
    "trigger filter": r"hx-trigger=\"[^\"]*\[",
    "spelling of htmx 2": r"hx-(disabled-elt|ext|params|prompt|history|boost|disinherit|request)\b",
    "event of htmx 2": r"htmx:[a-z]+[A-Z]",
    "method without a form": r"hx-(delete|put|patch)\b",
    "address of another site": r"(?:src|href|action|hx-get|hx-post)=\"(?:https?:)?//",
    "unescaped text": r"\|\s*safe\b|autoescape\s+false",
}


# A further organization that does not answer.
AWAY = {
    "flavor": "edge",
    "endpoint": "http://localhost:1/v1",
    "organization": "partners",
    "auth": "basic",
    "username": "ops@example.com",
    "password": "a-password",
}


@pytest.mark.parametrize("name", templates())
def test_every_template_compiles(house: House, name: str) -> None:
    assert house.flask.jinja_env.get_template(name).name == name


@pytest.mark.parametrize("name", templates())
def test_no_template_holds_what_a_browser_would_evaluate(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    found = {what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)}
    # A mail cannot have a style sheet beside it, and no policy of ours reaches it.
    assert found - ({"inline style"} if name == "mail/_layout.html" else set()) == set()


def test_the_script_speaks_htmx_4_and_evaluates_nothing() -> None:
    scripts = (TEMPLATES.parent / "static" / "js").glob("*.js")
    text = "\n".join(script.read_text(encoding="utf-8") for script in scripts)
    assert not re.search(FORBIDDEN["event of htmx 2"], text)
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|[lL]ocalStorage", text)


def test_every_address_in_a_template_is_an_endpoint(house: House) -> None:
    named = {
        endpoint
        for name in templates()
        for endpoint in re.findall(
            r"(?:url_for|address)\(\s*['\"]([\w.]+)['\"]",
            (TEMPLATES / name).read_text(encoding="utf-8"),
        )
    }
    assert named
    assert named <= set(house.flask.view_functions)


def rendered() -> set[tuple[str, str]]:
    """Return each template that the code renders, with the block that a fragment is."""
    found: set[tuple[str, str]] = set()
    for file in modules("app/blueprints", "app/web"):
        for function in ast.walk(syntax(file)):
            if isinstance(function, ast.FunctionDef):
                found |= _calls(function)
    return found


def _calls(function: ast.FunctionDef) -> set[tuple[str, str]]:
    known = {
        target.id: texts(node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(function):
        is_render = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render"
        if not isinstance(node, ast.Call) or not is_render or not node.args:
            continue
        given = [item.value for item in node.keywords if item.arg == "block"]
        blocks = [
            text
            for item in given
            for text in (known[item.id] if isinstance(item, ast.Name) else texts(item))
        ]
        found |= {(name, block) for name in texts(node.args[0]) for block in blocks or ["content"]}
    return found


def test_every_template_is_rendered_extended_or_included() -> None:
    used = {name for name, _block in rendered()}
    for name in templates():
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        used |= set(re.findall(r"\{%-?\s*(?:extends|include|from|import) \"([^\"]+)\"", text))
    used |= {f"mail/{kind.value}.html" for kind in MailKind}  # chosen by the kind of the mail
    assert set(templates()) - used == {"components/ui.html"}  # a global of every template


def test_every_block_that_a_route_names_renders_alone(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[tuple[str, str]] = set()

    def noting(template: str, block: str, **context: object) -> str:
        seen.add((template, block))
        return str(render_block(template, block, **context))

    monkeypatch.setattr(htmx, "render_block", noting)
    _ask_for_parts(build())
    _ask_about_the_organizations_apps(build())
    _ask_who_is_not_let_in_yet(build(registration={"policy": "approval", "terms_version": "1"}))
    _ask_about_a_developer(build(organizations={"partners": AWAY}))
    _ask_for_details(build(registration={"attributes": {"team": {"label": "Team"}}}))
    _ask_for_a_fresh_sign_in(build(step_up={"actions": ["all"]}))
    framed = build(embedding={"frame_ancestors": ["https://intranet.example.com"]}).flask
    in_a_frame = {"Sec-Fetch-Dest": "iframe", "HX-Request-Type": "partial"}
    asked = framed.test_client().get("/sign-in", headers=in_a_frame)
    assert asked.status_code == 200
    in_a_toast = {("errors/error.html", "content"), ("auth/unrecognized.html", "content")}
    assert rendered() - seen == in_a_toast  # a part gets a toast instead


def _ask_about_a_developer(house: House) -> None:
    house.developer("dana")
    ada, path = house.administrator(), f"/admin/developers/{house.public_id()}"
    assert ada.post(f"{path}/details", {"first_name": ""}, with_htmx=True).status == 422
    planned = ada.post("/admin/developers/bulk", {"to": "active", "every": "yes"})
    new, invitations = "/admin/developers/new", "/admin/developers/invitations"
    pages = (f"{path}/email", f"{path}/deletion", new, invitations, planned.location)
    for page in pages:
        assert ada.get(page, with_htmx=True).status == 200
    assert ada.get(f"{path}/organizations", with_htmx=True).status == 200


def _ask_for_a_fresh_sign_in(house: House) -> None:
    house.developer("dana")
    dana = house.signed_in("dana")
    dana.post("/apps/trip/deletion")
    assert dana.get("/sign-in/confirmation", with_htmx=True).status == 200
    for subject, status in (("ravi", 403), ("dana", 303)):
        house.provider.will_sign_in(subject)
        state = dana.get("/sign-in/again").location.partition("state=")[2].partition("&")[0]
        answer = dana.get(f"/auth/demo/callback?state={state}", with_htmx=status == 403)
        assert answer.status == status


def _ask_for_parts(house: House) -> None:
    """Ask for a part of every page; the browser of the tests audits each of them."""
    house.developer("dana")
    key = house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip", key)
    anonymous = house.browser()
    for path in (
        *("/", "/docs/guides/first", "/products", "/products/payments", "/signed-out"),
        *("/search", "/search?part=suggestions&q=e"),
        *("/apis", "/apis/weather", "/apis/weather?part=side", "/apis/weather/today"),
        "/apis/weather/schemas/City",
    ):
        assert anonymous.get(path, with_htmx=True).status == 200
    assert anonymous.get("/auth/demo/callback", with_htmx=True).status == 400
    dana = house.signed_in("dana")
    for path in (
        "/account",
        "/apps",
        "/apps?start=a",
        "/apps/new",
        "/apps/trip",
        "/apps/trip/edit",
    ):
        assert dana.get(path, with_htmx=True).status == 200
    for path in (
        *("/account/names", "/account/deletion", "/account/email"),
        *("/apps/trip/deletion", "/apps/trip/usage", "/products/payments?q=trip"),
    ):
        assert dana.get(path, with_htmx=True).status == 200
    for path in ("/diagnosis", f"/apps/trip/keys/{key.key_id}/diagnosis"):
        assert dana.get(path, with_htmx=True).status == 200
    for path in ("/apps/trip/deletion", "/apis/weather/today/try", "/apps/new"):
        assert dana.post(path, with_htmx=True).status == 422
    made = {"display_name": "New one", "products": "weather-free", "request_id": "r1"}
    posts = {"/apps/new": made, f"/apps/trip/keys/{key.key_id}/reveal": {"value": "key"}}
    for path, fields in posts.items():
        assert dana.post(path, fields, with_htmx=True, shows_keys=True).status == 200
    _ask_about_keys(dana, f"/apps/trip/keys/{key.key_id}")
    assert house.signed_in("ravi").get("/register", with_htmx=True).status == 200
    eve = house.signed_in("eve", email_verified=False)
    assert eve.get("/register", with_htmx=True).status == 403
    ada = house.administrator()
    house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now()))
    jobs = ("jobs", "jobs/1/cancellation", "status", *_run_pages(house), *_account_pages(house))
    for path in (
        "developers",
        "developers/export",
        "approvals",
        f"developers/{house.public_id()}",
        f"developers/{house.public_id()}/access",
        "find",
        "audit",
        "audit/export",
        *jobs,
    ):
        assert ada.get(f"/admin/{path}", with_htmx=True).status == 200
    _ask_which_provider(house)


def _ask_about_the_organizations_apps(house: House) -> None:
    house.developer("dana")
    app = house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("payments"))
    ada = house.administrator()
    for path in ("/admin/apps", f"/admin/apps/{app.app_id}"):
        assert ada.get(path, with_htmx=True).status == 200
    gone = {"approve": "no-app/no-key/payments"}
    assert ada.post("/admin/approvals", gone, with_htmx=True).status == 200


def _run_pages(house: House) -> tuple[str, ...]:
    with house.context():
        return "sync", f"sync/{house.portal.sync.run().number}"


def _ask_who_is_not_let_in_yet(house: House) -> None:
    ravi = house.signed_in("ravi")
    assert ravi.get("/account/terms", with_htmx=True).status == 200
    names = {"first_name": "Ravi", "last_name": "Rao", "user_name": "ravi"}
    assert ravi.submit("/register", {**names, "accept_terms": "1"}).status == 303
    assert ravi.get("/register", with_htmx=True).status == 200
    path = f"/admin/developers/{house.public_id('ravi@example.com')}/registration"
    ada = house.administrator()
    assert ada.post(path, {"decision": "refuse"}, with_htmx=True).status == 422


def _ask_for_details(house: House) -> None:
    house.developer("dana")
    assert house.signed_in("dana").get("/account/details", with_htmx=True).status == 200


def _account_pages(house: House) -> tuple[str, ...]:
    linked = house.account()
    assert linked is not None
    with house.context():
        [ravi] = house.portal.accounts.office.book.of_email("ravi@example.com")
    own, other = f"accounts/{linked.account_id}", f"accounts/{ravi.account_id}"
    return ("accounts", own, f"{own}/unlinking", f"{other}/link")


def _ask_about_keys(dana: Browser, key: str) -> None:
    for what in ("comparison", "deletion", "label", "products", "revocation", "rotation"):
        assert dana.get(f"{key}/{what}", with_htmx=True).status == 200
    assert dana.get("/apps/trip/keys/new", with_htmx=True).status == 200
    wanted = {"products": "weather-free", "request_id": "k1"}
    added = dana.post("/apps/trip/keys/new", wanted, with_htmx=True, shows_keys=True)
    assert added.status == 200


def _ask_which_provider(house: House) -> None:
    providers = dict(house.portal.providers)
    several = {**providers, "corp": providers["demo"]}
    object.__setattr__(house.portal, "providers", several)
    assert house.browser().get("/sign-in", with_htmx=True).status == 200


def test_pages_that_hold_a_key_are_the_created_one_and_the_shown_one() -> None:
    revealing = {
        urlsplit(name).path
        for name in templates()
        if "reveal()" in (TEMPLATES / name).read_text(encoding="utf-8")
    }
    assert revealing == {"keys/_pair.html"}
    calling = {
        file.name
        for file in modules("app/blueprints", "app/web")
        if ".reveal()" in file.read_text(encoding="utf-8")
    }
    assert calling == {"keys.py", "creation.py", "key_answer.py"}


def test_whatever_can_be_done_has_words(house: House) -> None:
    macros: Any = house.flask.jinja_env.globals["ui"]
    assert set(macros.actions) == {action.value for action in Action}
    assert set(macros.job_kinds) == {kind.value for kind in JobKind}
    assert set(macros.mail_kinds) == {kind.value for kind in MailKind}
    assert set(macros.job_states) == {state.value for state in JobState}
