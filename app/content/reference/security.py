"""What a call must show, as the document says it, and where the portal's key goes."""

from collections.abc import Iterator
from typing import Final

from app.content.reference.descriptions import description
from app.content.reference.parts import Parts, resolved
from app.content.shapes import Node, mapping, sequence, text, texts
from app.domain.apis import Api, KeyPlace
from app.domain.call import BASIC, BEARER, KeySlot, Proof
from app.domain.reference import Need, Scheme, Scope
from app.domain.styles import Place

OAUTH: Final = frozenset({"oauth2", "openIdConnect"})


def schemes(parts: Parts) -> tuple[Scheme, ...]:
    """Return every security scheme of the document."""
    every = mapping(parts.part("/components/securitySchemes"))
    return tuple(_scheme(parts, name, each, None) for name, each in every.items())


def needs(parts: Parts, operation: Node) -> tuple[Need, ...]:
    """Return the alternatives of an operation, or of the whole document where it names none."""
    found = operation.get("security", parts.part("/security"))
    every = mapping(parts.part("/components/securitySchemes"))
    return tuple(
        Need(tuple(_scheme(parts, name, every.get(name), texts(scopes))
                   for name, scopes in mapping(each).items()))
        for each in sequence(found)
    )  # fmt: skip


def slots(api: Api, alternatives: tuple[Need, ...], *, is_told: bool) -> tuple[KeySlot, ...]:
    """Return where the key goes: as ``api.toml`` says, unless a token or Basic is asked for.

    ``is_told`` says that the document asks for something, or for nothing, on purpose.
    """
    own = key_slot(api)
    if not alternatives:
        return () if is_told else (own,)
    every = [tuple(dict.fromkeys(_slots(api, need, own))) for need in alternatives]
    return next((each for each in every if own in each), every[0])


def key_slot(api: Api) -> KeySlot:
    """Return where the API's key goes, as ``api.toml`` says."""
    place = Place.QUERY if api.key_place is KeyPlace.QUERY else Place.HEADER
    return KeySlot(Proof.KEY, place, api.key_name)


def _slots(api: Api, need: Need, own: KeySlot) -> Iterator[KeySlot]:
    for scheme in need.schemes:
        if scheme.kind == "apiKey":
            yield own
        elif scheme.kind == "http" and scheme.scheme.lower() == "basic":
            yield BASIC
        elif scheme.kind in OAUTH or scheme.scheme.lower() == "bearer":
            yield BEARER if api.token_url else own


def _scheme(parts: Parts, name: str, value: object, asked: tuple[str, ...] | None) -> Scheme:
    node = resolved(parts, value).node
    flows = mapping(node.get("flows"))
    known: dict[str, str] = {
        scope: text(each)
        for flow in flows.values()
        for scope, each in mapping(mapping(flow).get("scopes")).items()
    }
    wanted = known if asked is None else asked
    return Scheme(
        name=name,
        kind=text(node.get("type")) or "unknown",
        description=description(node),
        place=text(node.get("in")),
        parameter=text(node.get("name")),
        scheme=text(node.get("scheme")),
        scopes=tuple(Scope(each, known.get(each, "")) for each in wanted),
        flows=tuple(flows),
    )
