"""Keys of an app: read, added, turned off and deleted."""

from datetime import timedelta
from functools import partial
from operator import is_

from app.domain.errors import InvalidInput, NotFound
from app.domain.keys import ApprovalStatus, Key, KeyProduct, NewKey
from app.services.truth.stage import Stage, expect, refused


def a_further_key_leaves_the_app_and_its_keys_alone(stage: Stage) -> None:
    apps, email = stage.ports.apps, stage.home.email
    before = stage.app(stage.instant).app
    pair = stage.ports.keys.create(email, before.name, NewKey((stage.manual,)))
    after = stage.becomes(
        lambda: apps.get(email, before.name),
        lambda found: any(key.key_id == pair.key_id and key.products for key in found.keys),
        "the new key is not shown",
    )
    expect(after.attributes == before.attributes, "the app's attributes were changed")
    expect(after.callback_url == before.callback_url, "the app's address was changed")
    added = set(after.keys) - set(before.keys)
    expect(set(before.keys) < set(after.keys) and len(added) == 1, "other keys were changed")
    key = added.pop()
    expect(key.expires_at is None, "the new key ends")
    waits = (KeyProduct(stage.manual, ApprovalStatus.PENDING),)
    expect(key.products == waits, "it has other products, or they do not wait")
    read = stage.ports.keys.pair(email, before.name, pair.key_id)
    expect(read == pair, "key or secret are read unlike")


def a_further_key_may_end(stage: Stage) -> None:
    name = stage.app(stage.instant).app.name
    pair = stage.ports.keys.create(stage.home.email, name, NewKey((stage.instant,), 3600))
    key = stage.shown(lambda: _key(stage, name, pair.key_id))
    life = key.expires_at - key.issued_at if key.expires_at and key.issued_at else timedelta()
    expect(abs(life - timedelta(hours=1)) < timedelta(seconds=2), "the key lives another time")
    approved = (KeyProduct(stage.instant, ApprovalStatus.APPROVED),)
    stage.becomes(
        lambda: _key(stage, name, pair.key_id),
        lambda found: found.products == approved,
        "it has other products",
    )


def a_key_with_impossible_products_is_not_made(stage: Stage) -> None:
    email, name = stage.home.email, stage.taken.app.name
    missing = (stage.instant, stage.names.name("missing"))
    for new in (NewKey(()), NewKey(missing), NewKey(missing, 3600)):
        error = refused(InvalidInput, partial(stage.ports.keys.create, email, name, new))
        expect(set(error.fields) == {"products"}, "another field is blamed")
    stage.becomes(
        lambda: stage.ports.apps.get(email, name),
        lambda found: len(found.keys) == 1,
        "a key was made all the same",
    )


def a_key_of_a_missing_app_is_not_made(stage: Stage) -> None:
    missing, new = stage.names.name("missing"), NewKey((stage.instant,))
    refused(NotFound, lambda: stage.ports.keys.create(stage.home.email, missing, new))


def a_key_is_turned_off_and_on(stage: Stage) -> None:
    name, key_id = _app(stage)
    for status in (ApprovalStatus.REVOKED, ApprovalStatus.APPROVED):
        stage.ports.keys.set_status(stage.home.email, name, key_id, status)
        stage.becomes(
            lambda: _key(stage, name, key_id).status,
            partial(is_, status),
            "the status is not the one that was set",
        )


def a_deleted_key_is_gone_and_the_other_stays(stage: Stage) -> None:
    name, key_id = _app(stage)
    other = stage.ports.keys.create(stage.home.email, name, NewKey((stage.instant,)))
    stage.shown(lambda: _key(stage, name, other.key_id))
    stage.ports.keys.delete(stage.home.email, name, key_id)
    stage.gone(lambda: _key(stage, name, key_id))
    expect(_key(stage, name, other.key_id).key_id == other.key_id, "the other one is gone")
    refused(NotFound, lambda: stage.ports.keys.delete(stage.home.email, name, key_id))


def a_missing_key_is_not_changed(stage: Stage) -> None:
    keys, email, name = stage.ports.keys, stage.home.email, stage.taken.app.name
    for key_id in ("0" * 16, ""):
        refused(NotFound, partial(keys.pair, email, name, key_id))
    none = "0" * 16
    refused(NotFound, lambda: keys.set_status(email, name, none, ApprovalStatus.REVOKED))
    refused(NotFound, lambda: keys.delete(email, name, none))
    refused(NotFound, lambda: keys.add_products(email, name, none, (stage.manual,)))
    refused(NotFound, lambda: keys.remove_product(email, name, none, stage.manual))


def _app(stage: Stage) -> tuple[str, str]:
    made = stage.app(stage.instant).app
    return made.name, made.keys[0].key_id


def _key(stage: Stage, name: str, key_id: str) -> Key:
    for key in stage.ports.apps.get(stage.home.email, name).keys:
        if key.key_id == key_id:
            return key
    raise NotFound("The app does not have this key.")
