"""The products of an own key: which it has, asks for, asks for again, or wants no more."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import Response, flash, request

from app.blueprints.my_apps.key_page import found, shown
from app.domain.errors import InvalidInput
from app.domain.keys import Key
from app.domain.products import ApiProduct
from app.web import forms
from app.web.context import portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.sides import Pages, Right, actor, address, current, roles, whose

pages = Pages("key_products")


@pages.get("/apps/<name>/keys/<key_id>/products", Right.CHANGE)
def show(name: str, key_id: str) -> Response:
    """Offer the products, those of the key first; ``products`` are ticked, too."""
    return _page(name, key_id)


@pages.post("/apps/<name>/keys/<key_id>/products")
@limited("write")
def change(name: str, key_id: str) -> Response:
    """Give the key what is ticked; ``do=withdraw`` and ``do=again`` are about one product."""
    form = forms.KeyProductsFields()
    try:
        _done((name, key_id), form)
    except InvalidInput as error:
        return _page(name, key_id, forms.shown(form, error.fields), code=422)
    return go_to(address("my_apps.show", name=name))


def _done(which: tuple[str, str], form: forms.KeyProductsFields) -> None:
    changes, owner, held = portal().key_changes, whose(), roles()
    match forms.text(form.do):
        case "withdraw":
            changes.withdraw(owner, actor(), which, forms.text(form.product))
            flash("The request is withdrawn.", "success")
        case "again":
            product = forms.text(form.product)
            with current().overriding(which[0], [product]):
                changes.ask_again(owner, actor(), held, which, product)
            flash("The product is asked for again. Its owner decides.", "success")
        case _:
            chosen = forms.chosen(form.products)
            with current().overriding(which[0], chosen):
                changes.set_products(owner, actor(), held, which, chosen)
            text = "The key's products are changed. That reaches every gateway within about"
            flash(f"{text} 3 minutes.", "success")


def _page(
    name: str, key_id: str, form: forms.FormView | None = None, *, code: int = 200
) -> Response:
    visible = portal().products.visible(roles())  # first: what is said of the key relies on it
    view, row = found(name, key_id)
    held = {item.name: item.status for item in row.key.products}
    ticked = dict.fromkeys((*held, *request.args.getlist("products")))
    untouched = forms.first_shown({"products": tuple(ticked)})
    return render(
        "keys/products.html",
        code=code,
        **shown(view, row),
        form=form or untouched,
        held=held,
        beyond=current().beyond([product.name for product in visible]),
        **_choices(row.key, tuple(ticked), visible),
    )


def _choices(key: Key, ticked: Collection[str], offered: Sequence[ApiProduct]) -> dict[str, Any]:
    """Return what can be ticked: also what the key has and nobody else may ask for any more."""
    visible = {item.name: item for item in offered}
    held = [item.name for item in key.products]
    known = portal().products.titles()
    gone = {name: ApiProduct(name, known.get(name, name)) for name in held if name not in visible}
    owned = {name: not visible[name].is_instant for name in held if name in visible}
    first = [visible.get(name) or gone[name] for name in held]
    rest = [product for name, product in visible.items() if name not in held]
    rest.sort(key=lambda product: product.name not in ticked)
    return {
        "products": [*first, *rest],
        "gone": frozenset(gone),
        "can_be_asked": {name: owned.get(name, False) for name in held},
    }
