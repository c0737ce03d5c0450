"""Apps of a developer: created with their first key, read, listed and deleted."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from app.domain.apps import NewApp
from app.domain.errors import AlreadyExists, InvalidInput, NotFound
from app.domain.keys import ApprovalStatus, KeyProduct
from app.services.truth.stage import Stage, expect, refused


def a_new_app_has_one_key_with_its_products(stage: Stage) -> None:
    new = stage.new_app(stage.instant, stage.manual)
    created = stage.ports.apps.create(stage.home.email, new)
    app, pair = created.app, created.pair
    expect((app.name, app.display_name) == (new.name, new.display_name), "another name")
    expect((app.description, app.request_id) == (new.description, "request-1"), "other notes")
    expect(app.callback_url == new.callback_url, "another callback address")
    expect(app.developer_id == stage.home.developer_id, "it is another developer's")
    expect(app.status is ApprovalStatus.APPROVED, "it is not approved")
    expect(len(app.keys) == 1, "it has not exactly one key")
    if pair is None:
        expect(False, "the answer held no key")
        return
    products = (
        KeyProduct(stage.instant, ApprovalStatus.APPROVED),
        KeyProduct(stage.manual, ApprovalStatus.PENDING),
    )
    (key,) = app.keys
    expect(key.products == products, "its products have another order or status")
    expect(pair.key_id == key.key_id, "the answered key is another")
    expect(pair.ending == key.ending and bool(pair.consumer_secret.reveal()), "no secret")
    found = stage.shown(lambda: stage.ports.apps.get(stage.home.email, app.name))
    expect(found == app, "it is read unlike what its creation answered")
    read = stage.ports.keys.pair(stage.home.email, app.name, key.key_id)
    expect(read == pair, "key or secret are read unlike")


def a_lifetime_ends_that_much_later(stage: Stage) -> None:
    new = replace(stage.new_app(stage.instant), key_lifetime_seconds=3600)
    (key,) = stage.ports.apps.create(stage.home.email, new).app.keys
    life = key.expires_at - key.issued_at if key.expires_at and key.issued_at else timedelta()
    expect(abs(life - timedelta(hours=1)) < timedelta(seconds=2), "the key lives another time")


def a_new_app_needs_little(stage: Stage) -> None:
    new = NewApp(stage.names.name("plain"), "Plain", (stage.instant,))
    created = stage.ports.apps.create(stage.home.email, new)
    app = created.app
    expect((app.display_name, app.description) == ("Plain", ""), "other words")
    expect((app.callback_url, app.request_id, app.products) == ("", None, new.products), "too much")
    expect(len(app.keys) == 1 and app.keys[0].expires_at is None, "its key ends, or is missing")
    expect(created.pair is not None, "the answer held no key")


def a_name_with_signs_is_one_app(stage: Stage) -> None:
    new = NewApp(f"{stage.names.name('signs')} 50% #1.$_", "Signs", (stage.instant,))
    made = stage.ports.apps.create(stage.home.email, new).app
    expect(made.name == new.name, "it has another name")
    found = stage.shown(lambda: stage.ports.apps.get(stage.home.email, new.name))
    expect(found == made, "it is read unlike")


def a_name_is_taken_once_per_developer(stage: Stage) -> None:
    name = stage.taken.app.name
    again = NewApp(name, "Again", (stage.instant,))
    refused(AlreadyExists, lambda: stage.ports.apps.create(stage.home.email, again))
    other = stage.ports.apps.create(stage.other.email, again)
    expect(other.app.name == name, "another developer cannot have the name")


def an_unknown_app_is_not_found(stage: Stage) -> None:
    apps, email, name = stage.ports.apps, stage.home.email, stage.taken.app.name
    for missing in ("..", "", f"{name}/", name.upper(), "a\nb"):
        refused(NotFound, partial(apps.get, email, missing))


def an_unknown_product_is_invalid_and_makes_no_app(stage: Stage) -> None:
    new = stage.new_app(stage.instant, stage.names.name("missing"))
    error = refused(InvalidInput, lambda: stage.ports.apps.create(stage.home.email, new))
    expect(set(error.fields) == {"products"}, "another field is blamed")
    refused(NotFound, lambda: stage.ports.apps.get(stage.home.email, new.name))


def a_name_that_apigee_does_not_take_is_invalid(stage: Stage) -> None:
    new = NewApp(f" {stage.names.name('odd')}", "Odd", (stage.instant,))
    error = refused(InvalidInput, lambda: stage.ports.apps.create(stage.home.email, new))
    expect(set(error.fields) == {"display_name"}, "another field is blamed")


def a_deleted_app_is_gone_with_its_keys(stage: Stage) -> None:
    apps, email = stage.ports.apps, stage.home.email
    made = stage.app(stage.instant).app
    apps.delete(email, made.name)
    stage.gone(lambda: apps.get(email, made.name))
    refused(NotFound, lambda: stage.ports.keys.pair(email, made.name, made.keys[0].key_id))
    refused(NotFound, lambda: apps.delete(email, made.name))


def apps_are_listed_once_whole_and_by_name(stage: Stage) -> None:
    email = stage.developer().email
    made = {}
    for word in ("one", "two"):
        new = NewApp(stage.names.name(word), word, (stage.instant,))
        made[new.name] = stage.ports.apps.create(email, new).app
    page = stage.becomes(
        lambda: stage.ports.apps.page(email),
        lambda page: len(page.apps) == len(made),
        "the list has not both apps",
    )
    expect(page.next_start is None, "there is said to be another page")
    expect({app.name: app for app in page.apps} == made, "an app of the list is unlike")
    expect(sorted(stage.ports.apps.names(email)) == sorted(made), "the names are others")
    last = page.apps[0].name
    rest = stage.ports.apps.page(email, start=last).apps
    expect([app.name for app in rest] == [page.apps[1].name], "a page begins elsewhere")
