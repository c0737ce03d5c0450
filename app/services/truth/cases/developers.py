"""Developers: created, read, changed and deleted."""

from functools import partial
from itertools import islice
from operator import is_

from app.domain.apps import NewApp
from app.domain.attributes import Attribute
from app.domain.developers import DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.errors import AlreadyExists, Conflict, InvalidInput, NotFound
from app.services.truth.stage import Stage, expect, refused

TEAM, TIER = Attribute("team", "ops"), Attribute("tier", "1")


def a_new_developer_is_active_and_found_again(stage: Stage) -> None:
    new = stage.new_developer(TEAM, word="o--new")
    made = stage.ports.developers.create(new)
    told = "the new developer has other values"
    expect((made.email, made.first_name, made.last_name) == (new.email, "Séan", "O'Neil"), told)
    expect((made.user_name, made.attributes) == (new.email, (TEAM,)), told)
    expect(made.is_active and bool(made.developer_id), "it is not active, or has no id")
    found = stage.shown(lambda: stage.ports.developers.get(new.email))
    expect(found == made, "it is read unlike what its creation answered")
    by_id = stage.shown(lambda: stage.ports.developers.get(made.developer_id))
    expect(by_id == made, "it is found unlike by its id")


def x_knows_small_letters_only_and_edge_keeps_what_was_typed(stage: Stage) -> None:
    new = stage.new_developer(word="Mixed")
    made = stage.ports.developers.create(new)
    expect(made.email == (new.email if stage.is_edge else new.email.lower()), "another address")
    found = stage.shown(lambda: stage.ports.developers.get(made.email))
    expect(found == made, "it is read unlike")


def an_address_is_registered_once(stage: Stage) -> None:
    email = stage.home.email
    again = NewDeveloper(email, "A", "B", email)
    refused(AlreadyExists, lambda: stage.ports.developers.create(again))


def an_address_without_a_domain_is_invalid(stage: Stage) -> None:
    new = NewDeveloper(stage.names.name("nowhere"), "A", "B", "ab")
    error = refused(InvalidInput, lambda: stage.ports.developers.create(new))
    expect(set(error.fields) == {"email"}, "another field is blamed")


def a_missing_name_is_invalid(stage: Stage) -> None:
    new = stage.new_developer(word="unnamed")
    unnamed = NewDeveloper(new.email, new.first_name, "", new.user_name)
    error = refused(InvalidInput, lambda: stage.ports.developers.create(unnamed))
    expect("last_name" in error.fields, "another field is blamed")


def a_developer_is_deactivated_and_activated(stage: Stage) -> None:
    developers, email = stage.ports.developers, stage.developer().email
    for status in (DeveloperStatus.INACTIVE, DeveloperStatus.ACTIVE):
        developers.set_status(email, status)
        stage.becomes(
            lambda: developers.get(email).status,
            partial(is_, status),
            "the status is not the one that was set",
        )


def an_unknown_developer_is_not_found(stage: Stage) -> None:
    developers, nobody = stage.ports.developers, stage.names.email("nobody")
    refused(NotFound, lambda: developers.get(nobody))
    refused(NotFound, lambda: developers.set_status(nobody, DeveloperStatus.ACTIVE))
    refused(NotFound, lambda: developers.update(nobody, DeveloperChange(first_name="N")))
    refused(NotFound, lambda: developers.delete(nobody))
    refused(NotFound, lambda: stage.ports.apps.page(nobody))
    refused(NotFound, lambda: list(stage.ports.apps.names(nobody)))
    refused(NotFound, lambda: stage.ports.apps.create(nobody, stage.new_app()))
    refused(NotFound, lambda: developers.attributes(nobody).all())


def an_edit_of_a_developer_changes_what_it_names_only(stage: Stage) -> None:
    developers, before = stage.ports.developers, stage.developer(TEAM, TIER)
    developers.set_status(before.email, DeveloperStatus.INACTIVE)
    stage.becomes(
        lambda: developers.get(before.email),
        lambda found: not found.is_active,
        "it is still active",
    )
    change = DeveloperChange(first_name="Sean", attributes={"tier": None, "desk": "4"})
    after = developers.update(before.email, change)
    expect((after.first_name, after.last_name) == ("Sean", "O'Neil"), "the names are others")
    expect(after.attributes == (TEAM, Attribute("desk", "4")), "the attributes are others")
    expect(after.status is DeveloperStatus.INACTIVE, "it became active")
    same = (after.developer_id, after.email) == (before.developer_id, before.email)
    expect(same, "it has another id or address")
    stage.becomes(lambda: developers.get(before.email), lambda found: found == after, "not kept")


def a_decision_about_an_older_developer_is_a_conflict(stage: Stage) -> None:
    developers, seen = stage.ports.developers, stage.developer()
    email = seen.email
    expect(bool(seen.revision), "it has no revision")
    developers.update(email, DeveloperChange(last_name="Reyes"))
    stage.becomes(
        lambda: developers.get(email), lambda found: found.last_name == "Reyes", "not changed"
    )
    late = DeveloperChange(last_name="Other")
    refused(Conflict, lambda: developers.update(email, late, seen.revision))
    expect(developers.get(email).last_name == "Reyes", "it was changed all the same")


def apps_and_status_of_a_developer_are_no_conflict(stage: Stage) -> None:
    developers, seen = stage.ports.developers, stage.developer()
    email = seen.email
    stage.ports.apps.create(email, NewApp(stage.names.name("app"), "Probe", (stage.instant,)))
    developers.set_status(email, DeveloperStatus.INACTIVE)
    stage.becomes(lambda: developers.get(email), lambda found: not found.is_active, "not set")
    after = developers.update(email, DeveloperChange(last_name="Sol"), seen.revision)
    expect((after.last_name, after.is_active) == ("Sol", False), "the change is not in it")


def a_deleted_developer_is_gone_with_all_apps(stage: Stage) -> None:
    developers, apps, email = stage.ports.developers, stage.ports.apps, stage.developer().email
    name = stage.names.name("app")
    apps.create(email, NewApp(name, "Probe", (stage.instant,)))
    stage.shown(lambda: apps.get(email, name))
    developers.delete(email)
    stage.gone(lambda: developers.get(email))
    stage.gone(lambda: apps.get(email, name))


def lists_of_developers_begin_where_they_are_told(stage: Stage) -> None:
    developers, email = stage.ports.developers, stage.home.email
    stage.becomes(
        lambda: list(islice(developers.emails(email), 1)),
        lambda found: found == [email],
        "the list of addresses begins elsewhere",
    )
    first = stage.becomes(
        lambda: list(islice(developers.all(email), 1)),
        lambda found: [item.email for item in found] == [email],
        "the list of developers begins elsewhere",
    )
    expect(first == [developers.get(email)], "the developer of the list is unlike the one read")


def developers_are_found_by_the_name_of_an_app(stage: Stage) -> None:
    name = stage.taken.app.name
    stage.becomes(
        lambda: stage.ports.developers.with_app(name),
        lambda found: found == (stage.home.email,),
        "others are found, or nobody",
    )
    expect(stage.ports.developers.with_app(stage.names.name("no")) == (), "somebody is found")


def one_attribute_of_a_developer_is_changed(stage: Stage) -> None:
    email = stage.developer(TEAM, TIER).email
    attributes = stage.ports.developers.attributes(email)
    attributes.set("tier", "2")
    attributes.set("desk", "")
    attributes.remove("team")
    stage.becomes(
        lambda: {item.name: item.value for item in attributes.all()},
        lambda found: found == {"tier": "2", "desk": ""},
        "the attributes are others",
    )
    found = stage.ports.developers.get(email).attributes
    expect(found == tuple(attributes.all()), "the developer holds other attributes")
