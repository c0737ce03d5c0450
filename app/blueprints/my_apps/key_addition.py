"""Adding a key to an own app."""

from collections.abc import Collection

from flask import Response, request

from app.blueprints.my_apps.key_answer import answered
from app.blueprints.my_apps.key_page import fresh_id, request_id
from app.domain.errors import InvalidInput
from app.domain.products import ApiProduct
from app.domain.step_up import Dangerous
from app.services.apps import AppView
from app.services.key_addition import AskedKey
from app.web import forms
from app.web.context import portal
from app.web.htmx import render
from app.web.limits import limited
from app.web.sides import Pages, Right, actor, current, roles, whose
from app.web.step_up import fresh

pages = Pages("key_addition")


@pages.get("/apps/<name>/keys/new", Right.CHANGE)
def new(name: str) -> Response:
    """Ask what the key is for; the products of the newest key, or those asked for, are ticked."""
    view = portal().apps.get(whose(), name)
    chosen = tuple(request.args.getlist("products")) or _newest(view)
    return _page(view, forms.new_key(chosen))


@pages.post("/apps/<name>/keys/new")
@fresh(Dangerous.KEY_ADD)
@limited("write")
def create(name: str) -> Response:
    """Add the key; the answer is the page with it, an exception to 303."""
    form = forms.KeyFields()
    try:
        asked = _asked(form)
        with current().overriding(name, asked.products):
            pair = portal().key_addition.add(whose(), actor(), roles(), name, asked)
    except InvalidInput as error:
        view = portal().apps.get(whose(), name)
        return _page(view, forms.shown(form, error.fields), code=422)
    return answered(name, pair)


def _asked(form: forms.KeyFields) -> AskedKey:
    """Read the form; what is wrong with the products is said by the service."""
    return AskedKey(
        products=forms.chosen(form.products),
        request_id=request_id(form),
        days=portal().key_addition.policy.days(forms.text(form.expires_in_days)),
        label=" ".join(forms.text(form.label).split()),
    )


def _page(view: AppView, form: forms.FormView, *, code: int = 200) -> Response:
    offered = _offered(form.products.value)
    return render(
        "keys/new.html",
        code=code,
        app=view.app,
        form=form,
        request_id=fresh_id(form),
        products=offered,
        beyond=current().beyond([product.name for product in offered]),
        policy=portal().key_addition.policy,
        developer_active=view.developer_active,
    )


def _offered(chosen: Collection[str]) -> list[ApiProduct]:
    """Return what may be chosen, what is ticked first: a long list hides the rest."""
    visible = portal().products.visible(roles())
    return sorted(visible, key=lambda product: product.name not in chosen)


def _newest(view: AppView) -> tuple[str, ...]:
    """Return the products of the newest key that works, else of the newest one."""
    keys = [row for row in view.keys if row.status.works] or list(view.keys)
    return tuple(item.name for item in keys[0].key.products) if keys else ()
