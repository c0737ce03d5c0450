"""Changing a key: its products, scopes and attributes."""

from collections.abc import Collection
from functools import partial

from app.domain.attributes import Attribute
from app.domain.errors import InvalidInput, NotFound
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.services.truth.stage import Stage, expect, refused

APPROVED, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.REVOKED


def products_are_added_and_those_there_stay(stage: Stage) -> None:
    keys, place = stage.ports.keys, _place(stage, stage.manual)
    keys.set_product_status(*place, stage.manual, APPROVED)
    keys.set_status(*place, REVOKED)
    added = keys.add_products(*place, (stage.instant,))
    wanted = {KeyProduct(stage.manual, APPROVED), KeyProduct(stage.instant, APPROVED)}
    expect(set(added.products) == wanted, "other products, or another status")
    expect(added.status is REVOKED, "the key came back")
    _becomes(stage, place, added)


def a_product_that_does_not_exist_is_not_added(stage: Stage) -> None:
    app = stage.taken.app
    (before,) = app.keys
    place = stage.home.email, app.name, before.key_id
    missing = (stage.names.name("missing"),)
    refused(InvalidInput, lambda: stage.ports.keys.add_products(*place, missing))
    _becomes(stage, place, before)


def a_product_is_taken_off(stage: Stage) -> None:
    place = _place(stage, stage.instant, stage.manual)
    stage.ports.keys.remove_product(*place, stage.manual)
    stage.becomes(
        lambda: _read(stage, place),
        lambda found: [item.name for item in found.products] == [stage.instant],
        "its products are others",
    )
    stage.ports.keys.remove_product(*place, stage.manual)


def a_product_on_a_key_is_approved_and_refused(stage: Stage) -> None:
    place = _place(stage, stage.instant, stage.manual)
    for status in (APPROVED, REVOKED):
        stage.ports.keys.set_product_status(*place, stage.manual, status)
        wanted = {KeyProduct(stage.instant, APPROVED), KeyProduct(stage.manual, status)}
        stage.becomes(
            lambda: _read(stage, place),
            partial(_holds, wanted),
            "another product, or another status",
        )
    other = stage.names.name("missing")
    refused(NotFound, lambda: stage.ports.keys.set_product_status(*place, other, APPROVED))


def scopes_and_attributes_of_a_key_are_replaced(stage: Stage) -> None:
    keys, app = stage.ports.keys, stage.app(stage.instant).app
    (before,) = app.keys
    place = stage.home.email, app.name, before.key_id
    keys.replace_scopes(*place, ("read",))
    label = (Attribute("label", "primary"),)
    after = keys.replace_attributes(*place, label)
    expect((after.scopes, after.attributes) == (("read",), label), "they are others")
    same = (after.products, after.status) == (before.products, before.status)
    expect(same, "something else was changed")
    _becomes(stage, place, after)


def _place(stage: Stage, *products: str) -> tuple[str, str, str]:
    made = stage.app(*products).app
    return stage.home.email, made.name, made.keys[0].key_id


def _read(stage: Stage, place: tuple[str, str, str]) -> Key:
    email, name, key_id = place
    return next(key for key in stage.ports.apps.get(email, name).keys if key.key_id == key_id)


def _holds(products: Collection[KeyProduct], key: Key) -> bool:
    return set(key.products) == products


def _becomes(stage: Stage, place: tuple[str, str, str], wanted: Key) -> None:
    stage.becomes(lambda: _read(stage, place), lambda found: found == wanted, "not kept")
