"""Changing an app: what is named changes, everything else stays."""

from functools import partial
from operator import is_

from app.domain.apps import DISPLAY_NAME, NOTES, AppChange
from app.domain.attributes import Attribute
from app.domain.errors import Conflict, NotFound
from app.domain.keys import ApprovalStatus
from app.services.truth.stage import Stage, expect, refused


def an_edit_of_an_app_changes_what_it_names_only(stage: Stage) -> None:
    apps, email = stage.ports.apps, stage.home.email
    before = stage.app(stage.instant).app
    after = apps.update(email, before.name, AppChange(display_name="Trip é"))
    expect((after.display_name, after.description) == ("Trip é", before.description), "words")
    kept = (after.callback_url, after.request_id, after.keys, after.app_id, after.status)
    was = (before.callback_url, "request-1", before.keys, before.app_id, before.status)
    expect(kept == was, "something else was changed")
    stage.becomes(lambda: apps.get(email, before.name), lambda found: found == after, "not kept")


def attributes_keep_their_places_and_empty_ones_go(stage: Stage) -> None:
    apps, email, name = stage.ports.apps, stage.home.email, stage.app().app.name
    change = AppChange(description="New", attributes={"team": "ops", "portal_request_id": None})
    after = apps.update(email, name, change)
    words, team = Attribute(DISPLAY_NAME, "Weather widget é"), Attribute("team", "ops")
    wanted = (words, Attribute(NOTES, "New"), team)
    expect(after.attributes == wanted, "the attributes are others, or in another order")
    stage.becomes(lambda: apps.get(email, name), lambda found: found == after, "not kept")
    after = apps.update(email, name, AppChange(description="", callback_url=""))
    expect((after.description, after.callback_url) == ("", ""), "they are not empty")
    expect(after.attributes == (words, team), "an empty attribute is left")


def a_decision_about_an_older_app_is_a_conflict(stage: Stage) -> None:
    apps, email, seen = stage.ports.apps, stage.home.email, stage.app().app
    name = seen.name
    expect(bool(seen.revision), "it has no revision")
    address = "https://other.example.com/"
    apps.update(email, name, AppChange(callback_url=address))
    stage.becomes(
        lambda: apps.get(email, name), lambda found: found.callback_url == address, "not changed"
    )
    late = AppChange(display_name="Mine")
    refused(Conflict, lambda: apps.update(email, name, late, seen.revision))
    expect(apps.get(email, name).display_name == seen.display_name, "it was changed all the same")


def a_change_of_keys_or_status_is_no_conflict(stage: Stage) -> None:
    apps, email = stage.ports.apps, stage.home.email
    seen = stage.app(stage.instant).app
    name, revoked = seen.name, ApprovalStatus.REVOKED
    stage.ports.keys.set_status(email, name, seen.keys[0].key_id, revoked)
    apps.set_status(email, name, revoked)
    stage.becomes(
        lambda: apps.get(email, name),
        lambda found: found.status is revoked and found.keys[0].status is revoked,
        "app and key are not revoked",
    )
    after = apps.update(email, name, AppChange(display_name="Mine"), seen.revision)
    expect((after.display_name, after.status) == ("Mine", revoked), "not changed, or approved")
    expect(after.keys[0].status is revoked, "the key came back")


def an_app_is_revoked_and_approved(stage: Stage) -> None:
    apps, email, name = stage.ports.apps, stage.home.email, stage.app().app.name
    for status in (ApprovalStatus.REVOKED, ApprovalStatus.APPROVED):
        apps.set_status(email, name, status)
        stage.becomes(
            lambda: apps.get(email, name).status,
            partial(is_, status),
            "the status is not the one that was set",
        )


def only_an_app_of_the_developer_is_reached(stage: Stage) -> None:
    apps, name, other = stage.ports.apps, stage.app().app.name, stage.other.email
    refused(NotFound, lambda: apps.get(other, name))
    refused(NotFound, lambda: apps.update(other, name, AppChange(display_name="Mine")))
    refused(NotFound, lambda: apps.set_status(other, name, ApprovalStatus.REVOKED))
    refused(NotFound, lambda: apps.delete(other, name))
    refused(NotFound, lambda: stage.ports.keys.pair(other, name, "0" * 16))
    expect(apps.get(stage.home.email, name).name == name, "it was deleted all the same")


def attributes_of_an_app_are_changed_singly_and_all_at_once(stage: Stage) -> None:
    attributes = stage.ports.apps.attributes(stage.home.email, stage.app().app.name)
    attributes.set("team", "a b&c=é")
    attributes.set(NOTES, "Other")
    attributes.remove("portal_request_id")
    stage.becomes(
        attributes.all,
        lambda found: (
            tuple(found)
            == (
                Attribute(DISPLAY_NAME, "Weather widget é"),
                Attribute(NOTES, "Other"),
                Attribute("team", "a b&c=é"),
            )
        ),
        "the attributes are others",
    )
    expect(attributes.get("team") == "a b&c=é", "one is read unlike")
    refused(NotFound, lambda: attributes.get("portal_request_id"))
    refused(NotFound, lambda: attributes.remove("portal_request_id"))
    pairs = (Attribute("a", "1"), Attribute("b", "2"))
    attributes.replace(pairs)
    stage.becomes(attributes.all, lambda found: tuple(found) == pairs, "they are others")


def attributes_of_a_missing_app_are_not_changed(stage: Stage) -> None:
    missing = stage.ports.apps.attributes(stage.home.email, stage.names.name("missing"))
    refused(NotFound, lambda: missing.replace(()))
