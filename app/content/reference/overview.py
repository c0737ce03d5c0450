"""An API as a whole: what its first page and the side bar show."""

from app.content.reference.descriptions import description, docs, html
from app.content.reference.parts import Parts, has_page
from app.content.reference.security import schemes
from app.content.reference.servers import servers
from app.content.shapes import Node, mapping, sequence, text, web_link
from app.domain.apis import Api, ApiOperation
from app.domain.reference import ApiReference, Group, Link


def overview(api: Api, parts: Parts, written_for: str) -> ApiReference:
    """Return an API's overview; ``written_for`` is the document's own version."""
    info = mapping(parts.part("/info"))
    return ApiReference(
        description=description(info, top=3) or html(text(info.get("summary"))),
        format=written_for,
        servers=servers(sequence(parts.part("/servers"))),
        schemes=schemes(parts),
        groups=groups(api.operations, parts),
        webhooks=api.webhooks,
        schemas=tuple(filter(has_page, parts.names("/components/schemas"))),
        links=tuple(_links(info)),
        docs=docs({"externalDocs": parts.part("/externalDocs")}),
    )


def groups(operations: tuple[ApiOperation, ...], parts: Parts) -> tuple[Group, ...]:
    """Return the operations by tag, tags in the document's order, those without one last."""
    by_tag: dict[str, list[ApiOperation]] = {}
    told = {
        text(mapping(each).get("name")): mapping(each) for each in sequence(parts.part("/tags"))
    }
    for name in told:
        by_tag[name] = []
    for each in operations:
        for tag in dict.fromkeys(each.tags) or ("",):
            by_tag.setdefault(tag, []).append(each)
    untagged = by_tag.pop("", [])
    found = [
        Group(name, tuple(every), description(told.get(name, {})), docs(told.get(name, {})))
        for name, every in by_tag.items()
        if every
    ]
    return (*found, Group("", tuple(untagged))) if untagged else tuple(found)


def _links(info: Node) -> list[Link]:
    """Return who is behind the API and what its terms are."""
    contact, terms = mapping(info.get("contact")), mapping(info.get("license"))
    found = [
        Link(web_link(contact.get("url")), text(contact.get("name")) or "Contact"),
        Link(web_link(info.get("termsOfService")), "Terms of service"),
        Link(web_link(terms.get("url")), text(terms.get("name")) or "License"),
    ]
    return [each for each in found if each.url]
