"""Apps of the whole organization: found by Apigee's own filters, approved and revoked."""

from typing import Final

from flask import Blueprint, Response, flash, request, url_for

from app.domain.approvals import Wanted
from app.domain.apps import AppFilter
from app.domain.errors import InvalidInput
from app.domain.keys import ApprovalStatus
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.services.approvals.decisions import Decision
from app.web import forms
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("organization_apps", __name__, url_prefix="/admin/apps")
STATUSES: Final = {status.value: status for status in ApprovalStatus}
SET: Final = frozenset({ApprovalStatus.APPROVED, ApprovalStatus.REVOKED})


@bp.get("")
@requires(Permission.READ_APPS)
@limited("search")
def index() -> Response:
    """List apps as Apigee filters them, a page at a time."""
    names = ("q", "product", "status", "key_status", "start")
    return render(
        "admin/apps_index.html",
        block="apps",
        page=portal().approvals.listing.page(_filter(), forms.argument("start")),
        asked={name: forms.argument(name) or None for name in names},
    )


@bp.get("/<app_id>")
@requires(Permission.READ_APPS)
def show(app_id: str) -> Response:
    """Show one app with its keys, by Apigee's id."""
    return _page(app_id, forms.first_shown({"reason": ""}))


@bp.post("/<app_id>/status")
@requires(Permission.CHANGE_APPS)
@fresh(Dangerous.APP_STATUS)
@limited("write")
def set_status(app_id: str) -> Response:
    """Approve or revoke the app."""
    app = portal().approvals.decisions.app(actor(), app_id, _status())
    flash(f"{app.display_name} is {_status().value}.", "success")
    return go_to(url_for("organization_apps.show", app_id=app_id))


@bp.post("/<app_id>/keys/<key_id>/status")
@requires(Permission.CHANGE_APPS)
@fresh(Dangerous.KEY_STATUS)
@limited("write")
def set_key_status(app_id: str, key_id: str) -> Response:
    """Approve or revoke one of its keys."""
    portal().approvals.decisions.key(actor(), app_id, key_id, _status())
    flash(f"The key is {_status().value}.", "success")
    return go_to(url_for("organization_apps.show", app_id=app_id, _anchor=f"key-{key_id}"))


@bp.post("/<app_id>/keys/<key_id>/access")
@requires(Permission.CHANGE_APPS)
@fresh(Dangerous.ACCESS_DECIDE)
@limited("write")
def set_access(app_id: str, key_id: str) -> Response:
    """Approve or revoke a product on a key; revoking says why."""
    reason, product = request.form.get("reason", ""), forms.value("product")
    decision = Decision(_status(), reason)
    wanted = Wanted(app_id, key_id, product)
    try:
        portal().approvals.decisions.product(actor(), wanted, decision)
    except InvalidInput as error:
        view = forms.FormView({"reason": reason}, error.fields)
        return _page(app_id, view, f"{key_id}/{product}", code=422)
    flash(f"The product is {decision.status.value} on the key.", "success")
    return go_to(url_for("organization_apps.show", app_id=app_id, _anchor=wanted.anchor))


def _filter() -> AppFilter:
    return AppFilter(
        name=forms.argument("q"),
        status=forms.choice("status", STATUSES),
        product=forms.argument("product"),
        key_status=forms.choice("key_status", STATUSES),
    )


def _status() -> ApprovalStatus:
    status = STATUSES.get(forms.value("status"))
    if status not in SET:
        raise InvalidInput({"status": "Choose approved or revoked."})
    return status


def _page(app_id: str, form: forms.FormView, failed: str = "", code: int = 200) -> Response:
    found = portal().approvals.listing.get(app_id)
    anchors = {
        (row.key.key_id, product.name): Wanted(app_id, row.key.key_id, product.name).anchor
        for row in found.keys
        for product in row.key.products
    }
    return render(
        "admin/apps_show.html",
        code=code,
        found=found,
        anchors=anchors,
        titles=portal().products.titles(),
        form=form,
        failed=failed,
    )
