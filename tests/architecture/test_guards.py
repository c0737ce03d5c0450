"""Every endpoint names its guard; a route that is not in the table fails."""

from pathlib import Path

from flask import Flask

from app.domain.step_up import Dangerous
from tests.routes.house import House

GUARDS = {
    "accounts.decide": "change_developer_status",
    "accounts.index": "read_accounts",
    "accounts.link": "change_accounts",
    "accounts.linking": "change_accounts",
    "accounts.roles": "change_accounts",
    "accounts.sessions": "end_sessions",
    "accounts.show": "read_accounts",
    "accounts.sign_in": "change_accounts",
    "accounts.unlink": "change_accounts",
    "accounts.unlinking": "change_accounts",
    "account.register": "person",
    "account.registration": "person",
    "account.show": "person",
    "address.change": "person",
    "address.show": "person",
    "admin.audit": "read_audit",
    "admin.developers_index": "read_developers",
    "admin.developers_sessions": "end_sessions",
    "admin.developers_show": "read_developers",
    "admin.developers_status": "change_developer_status",
    "admin_registrations.decide": "change_developer_status",
    "admin.index": "administration",
    "audit.choose": "export_audit",
    "audit.export": "export_audit",
    "auth.callback": "public",
    "backchannel.logout": "public",
    "auth.sign_in": "public",
    "auth.sign_out": "public",
    "auth.sign_up": "public",
    "auth.signed_out": "public",
    "csp_report.take": "public",
    "details.change": "person",
    "details.show": "person",
    "doctor.answer": "developer",
    "doctor.ask": "developer",
    "doctor.explain": "developer",
    "doctor.show": "developer",
    "exports.choose": "export_developers",
    "exports.download": "export_developers",
    "health.livez": "public",
    "health.readyz": "public",
    "jobs.cancel": "change_jobs",
    "jobs.cancellation": "change_jobs",
    "jobs.index": "read_jobs",
    "jobs.retry": "change_jobs",
    "key_addition.create": "developer",
    "key_addition.new": "developer",
    "key_endings.delete": "developer",
    "key_endings.deletion": "developer",
    "key_endings.revocation": "developer",
    "key_endings.revoke": "developer",
    "key_products.change": "developer",
    "key_products.show": "developer",
    "key_rotation.change": "developer",
    "key_rotation.show": "developer",
    "keys.compare": "developer",
    "keys.comparison": "developer",
    "keys.label": "developer",
    "keys.naming": "developer",
    "keys.reveal": "developer",
    "my_apps.create": "developer",
    "my_apps.delete": "developer",
    "my_apps.deletion": "developer",
    "my_apps.edit": "developer",
    "my_apps.index": "developer",
    "my_apps.new": "developer",
    "my_apps.show": "developer",
    "my_apps.update": "developer",
    "own_account.data": "person",
    "own_account.delete": "person",
    "own_account.deletion": "person",
    "own_account.names": "person",
    "own_account.rename": "person",
    "own_sessions.end": "person",
    "own_sessions.end_all": "person",
    "pages.home": "reading",
    "products.index": "reading",
    "products.show": "reading",
    "status.check": "read_status",
    "status.show": "read_status",
    "step_up.again": "person",
    "step_up.confirmation": "person",
    "terms.accept": "person",
    "terms.show": "person",
    "usage.download": "developer",
    "usage.show": "developer",
}
FRESH = {
    "accounts.decide": "developer.status",
    "accounts.link": "account.change",
    "accounts.roles": "account.change",
    "accounts.sign_in": "account.change",
    "accounts.unlink": "account.change",
    "address.change": "developer.email",
    "admin.developers_status": "developer.status",
    "admin_registrations.decide": "developer.status",
    "key_endings.delete": "key.delete",
    "key_rotation.change": "key.rotate",
    "keys.reveal": "key.reveal",
    "my_apps.delete": "app.delete",
    "own_account.delete": "account.delete",
}
LIMITS = {
    "accounts.decide": "write",
    "accounts.index": "search",
    "accounts.link": "write",
    "accounts.roles": "write",
    "accounts.sessions": "write",
    "accounts.sign_in": "write",
    "accounts.unlink": "write",
    "audit.export": "write",
    "account.registration": "write",
    "address.change": "write",
    "admin.developers_index": "search",
    "admin.developers_sessions": "write",
    "admin.developers_status": "write",
    "admin_registrations.decide": "write",
    "auth.callback": "sign_in",
    "backchannel.logout": "logout",
    "auth.sign_in": "sign_in",
    "auth.sign_up": "sign_in",
    "csp_report.take": "report",
    "details.change": "write",
    "doctor.answer": "write",
    "doctor.explain": "write",
    "exports.download": "write",
    "jobs.cancel": "write",
    "jobs.retry": "write",
    "key_addition.create": "write",
    "key_endings.delete": "write",
    "key_endings.revoke": "write",
    "key_products.change": "write",
    "key_rotation.change": "write",
    "keys.compare": "reveal",
    "keys.label": "write",
    "keys.reveal": "reveal",
    "my_apps.create": "create_app",
    "my_apps.delete": "write",
    "my_apps.index": "search",
    "my_apps.update": "write",
    "own_account.data": "write",
    "own_account.delete": "write",
    "own_account.rename": "write",
    "own_sessions.end": "write",
    "own_sessions.end_all": "write",
    "products.index": "search",
    "status.check": "write",
    "step_up.again": "sign_in",
    "terms.accept": "write",
    "usage.download": "search",
    "usage.show": "search",
}
ADDRESSES = {
    "/",
    "/account",
    "/account/data",
    "/account/deletion",
    "/account/details",
    "/account/email",
    "/account/names",
    "/account/sessions/<public_id>/ending",
    "/account/sessions/ending",
    "/account/terms",
    "/admin",
    "/admin/accounts",
    "/admin/accounts/<int:account>",
    "/admin/accounts/<int:account>/link",
    "/admin/accounts/<int:account>/registration",
    "/admin/accounts/<int:account>/roles",
    "/admin/accounts/<int:account>/sessions",
    "/admin/accounts/<int:account>/sign-in",
    "/admin/accounts/<int:account>/unlinking",
    "/admin/audit",
    "/admin/audit/export",
    "/admin/developers",
    "/admin/developers/export",
    "/admin/developers/export.csv",
    "/admin/developers/<developer>",
    "/admin/developers/<developer>/registration",
    "/admin/developers/<developer>/sessions",
    "/admin/developers/<developer>/status",
    "/admin/jobs",
    "/admin/jobs/<int:number>/cancellation",
    "/admin/jobs/<int:number>/retry",
    "/admin/status",
    "/apps",
    "/apps/<name>",
    "/apps/<name>/deletion",
    "/apps/<name>/edit",
    "/apps/<name>/keys/<key_id>/comparison",
    "/apps/<name>/keys/<key_id>/deletion",
    "/apps/<name>/keys/<key_id>/diagnosis",
    "/apps/<name>/keys/<key_id>/label",
    "/apps/<name>/keys/<key_id>/products",
    "/apps/<name>/keys/<key_id>/reveal",
    "/apps/<name>/keys/<key_id>/revocation",
    "/apps/<name>/keys/<key_id>/rotation",
    "/apps/<name>/keys/new",
    "/apps/<name>/usage",
    "/apps/<name>/usage.csv",
    "/apps/new",
    "/auth/<provider>/backchannel-logout",
    "/auth/<provider>/callback",
    "/csp-report",
    "/diagnosis",
    "/livez",
    "/products",
    "/products/<name>",
    "/readyz",
    "/register",
    "/sign-in",
    "/sign-in/again",
    "/sign-in/confirmation",
    "/sign-out",
    "/sign-up",
    "/signed-out",
    "/static/<path:filename>",
}


def guards(flask_app: Flask) -> dict[str, str | None]:
    """Return each endpoint with the guard that its view carries."""
    return {
        endpoint: getattr(view, "guard", None)
        for endpoint, view in flask_app.view_functions.items()
        if endpoint != "static"
    }


def test_every_endpoint_carries_the_guard_of_the_table(house: House) -> None:
    assert guards(house.flask) == GUARDS


def test_what_changes_something_or_costs_much_is_limited(house: House) -> None:
    views = house.flask.view_functions
    limits = {name: view.limit for name, view in views.items() if hasattr(view, "limit")}
    assert limits == LIMITS


def test_what_a_fresh_sign_in_protects_is_what_the_table_says(house: House) -> None:
    views = house.flask.view_functions
    fresh = {name: view.fresh.value for name, view in views.items() if hasattr(view, "fresh")}
    assert fresh == FRESH
    assert set(fresh.values()) == set(Dangerous)
    document = (Path(__file__).parents[2] / "docs" / "sign-in.md").read_text(encoding="utf-8")
    assert [action for action in Dangerous if f"`{action}`" not in document] == []


def test_every_post_is_limited_but_for_signing_out(house: House) -> None:
    posts = {
        rule.endpoint for rule in house.flask.url_map.iter_rules() if "POST" in (rule.methods or ())
    }
    assert posts - set(LIMITS) == {"auth.sign_out"}


def test_addresses_are_those_that_others_rely_on(house: House) -> None:
    assert {rule.rule for rule in house.flask.url_map.iter_rules()} == ADDRESSES


def test_only_reading_and_posting_exist(house: House) -> None:
    methods = {name for rule in house.flask.url_map.iter_rules() for name in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
