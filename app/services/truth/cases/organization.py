"""The organization, its environments, its products and everybody's apps."""

from functools import partial
from itertools import islice
from operator import eq

from app.domain.apps import AppFilter
from app.domain.attributes import Attribute
from app.domain.errors import AlreadyExists, NotFound
from app.domain.keys import ApprovalStatus
from app.domain.organization import Runtime
from app.domain.products import Approval
from app.services.truth.stage import Stage, expect, refused

NOBODYS_ID = "00000000-0000-0000-0000-000000000000"


def the_organization_names_its_environments(stage: Stage) -> None:
    found = stage.ports.organization.get()
    expect((found.runtime is Runtime.EDGE) is stage.is_edge, "the runtime is of another flavour")
    named = stage.ports.organization.environments()
    expect(set(found.environments) == set(named), "its list of environments differs from its own")
    for name in islice(named, 1):
        expect(stage.ports.organization.environment(name).name == name, "one has another name")


def an_unknown_environment_is_not_found(stage: Stage) -> None:
    refused(NotFound, lambda: stage.ports.organization.environment("portal-probe-nothing"))


def only_edge_does_not_say_where_it_is(stage: Stage) -> None:
    if stage.is_edge:
        refused(NotFound, stage.ports.organization.placement)
        return
    name = stage.ports.organization.get().name
    expect(stage.ports.organization.placement().organization == name, "another one is placed")


def a_product_is_made_read_and_deleted(stage: Stage) -> None:
    products, new = stage.ports.products, stage.new_product(Approval.MANUAL)
    made = products.create(new)
    stage.becomes(lambda: products.get(new.name), lambda found: found == made, "it is read unlike")
    expect(made.approval is Approval.MANUAL, "it lost its way of approval")
    expect((made.access, made.scopes) == ("internal", ("read",)), "it lost access or scopes")
    refused(AlreadyExists, lambda: products.create(new))
    products.delete(new.name)
    stage.gone(lambda: products.get(new.name))
    refused(NotFound, lambda: products.delete(new.name))


def attributes_of_a_product_are_changed(stage: Stage) -> None:
    attributes = stage.ports.products.attributes(stage.instant)
    attributes.set("tier", "1")
    stage.becomes(
        lambda: stage.ports.products.get(stage.instant),
        lambda found: Attribute("tier", "1") in found.attributes,
        "the new attribute is not on the product",
    )
    expect(attributes.get("access") == "internal", "another attribute was changed")
    refused(NotFound, stage.ports.products.attributes(stage.names.name("missing")).all)


def an_app_is_found_by_its_id(stage: Stage) -> None:
    made = stage.app(stage.instant).app
    found = stage.shown(lambda: stage.ports.organization_apps.get(made.app_id))
    expect((found.app, found.group) == (made, ""), "the app is read unlike, or belongs to a group")
    refused(NotFound, lambda: stage.ports.organization_apps.get(NOBODYS_ID))


def apps_of_the_organization_are_filtered(stage: Stage) -> None:
    product = stage.product(Approval.AUTO)
    made = stage.app(product)
    name, revoked = made.app.name, ApprovalStatus.REVOKED
    secret = made.pair.consumer_key if made.pair else None
    for only, found in (
        (AppFilter(name=name), [name]),
        (AppFilter(name=stage.names.name("missing")), []),
        (AppFilter(product=product), [name]),
        (AppFilter(consumer_key=secret), [name]),
        (AppFilter(name=name, status=revoked), []),
        (AppFilter(product=product, key_status=ApprovalStatus.APPROVED), [name]),
    ):
        stage.becomes(partial(_names, stage, only), partial(eq, found), "a filter found others")


def _names(stage: Stage, only: AppFilter) -> list[str]:
    return [each.app.name for each in stage.ports.organization_apps.all(only)]
