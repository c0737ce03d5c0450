"""One description of a call: code samples are written from it, and Try-it sends it.

It never holds a key: it says where one goes. Follows the OpenAPI Specification, "Parameter
Object", "Request Body Object" and "Security Scheme Object".
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

from app.domain.styles import Given, Pair, Place, in_cookie, in_header, in_path, in_query

HOLE: Final = re.compile(r"\{([^{}]*)\}")
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


class Proof(StrEnum):
    """What a call shows to be let in."""

    KEY = "key"  # the consumer key as it is
    TOKEN = "token"  # noqa: S105 - an access token of the app, got with its key and secret
    BASIC = "basic"  # the app's key and secret as user name and password


@dataclass(frozen=True, slots=True)
class KeySlot:
    """Where a call carries its proof: a header, a query parameter or a cookie of this name.

    ``prefix`` comes before it in a header, with its space (``Bearer ``, ``Basic ``).
    """

    proof: Proof
    place: Place
    name: str
    prefix: str = ""


BEARER: Final = KeySlot(Proof.TOKEN, Place.HEADER, "Authorization", "Bearer ")
BASIC: Final = KeySlot(Proof.BASIC, Place.HEADER, "Authorization", "Basic ")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; of a file the value is a name that stands for it."""

    name: str
    value: str
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a call sends: a text, or the fields of a form."""

    media_type: str
    text: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def is_form(self) -> bool:
        """Whether it is the fields, written as an address writes its query."""
        return self.media_type == FORM

    @property
    def is_multipart(self) -> bool:
        """Whether each field is a part of its own."""
        return self.media_type == MULTIPART

    @property
    def is_json(self) -> bool:
        """Whether the text is JSON."""
        kind = self.media_type.split(";")[0].strip().lower()
        return kind == "application/json" or kind.endswith("+json")

    @property
    def written(self) -> str:
        """The text, or the fields of a form as they are sent; empty for parts."""
        if self.is_form:
            return urlencode([(each.name, each.value) for each in self.fields], quote_via=quote)
        return self.text


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one operation; ``path`` is the document's template below ``base_url``.

    ``slots`` are all needed at once. ``accept`` is the media type that is asked for, if any.
    """

    method: str
    base_url: str
    path: str
    given: tuple[Given, ...] = ()
    body: Body | None = None
    slots: tuple[KeySlot, ...] = ()
    accept: str = ""

    @property
    def address(self) -> str:
        """The address with no more of a query than the template has; an open hole stays as it is.

        A fragment only tells operations apart in a document, and is never sent.
        """
        values = {each.name: in_path(each) for each in self._at(Place.PATH)}
        template = self.path.partition("#")[0]
        path = HOLE.sub(lambda hole: values.get(hole[1], hole[0]), template)
        return self.base_url.rstrip("/") + path

    @property
    def query(self) -> tuple[Pair, ...]:
        """Names and values of the query, percent-encoded, without any key."""
        return tuple(pair for each in self._at(Place.QUERY) for pair in in_query(each))

    @property
    def url(self) -> str:
        """The whole address, without any key."""
        return with_query(self.address, self.query)

    @property
    def headers(self) -> tuple[Pair, ...]:
        """Names and values of the headers as they are, without any key.

        Parts name their media type when they are written, since it holds their boundary.
        """
        given = [(each.name, in_header(each)) for each in self._at(Place.HEADER)]
        taken = {name.lower() for name, _ in given}
        if self.accept and "accept" not in taken:
            given.insert(0, ("Accept", self.accept))
        if self.body and not self.body.is_multipart and "content-type" not in taken:
            given.append(("Content-Type", self.body.media_type))
        cookies = [pair for each in self._at(Place.COOKIE) for pair in in_cookie(each)]
        if cookies:
            given.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
        return tuple(given)

    def slots_in(self, place: Place) -> tuple[KeySlot, ...]:
        """Return the proofs that go to a place."""
        return tuple(slot for slot in self.slots if slot.place is place)

    def _at(self, place: Place) -> Iterable[Given]:
        return (each for each in self.given if each.place is place)


def with_query(address: str, pairs: Iterable[Pair]) -> str:
    """Return an address with encoded names and values added to its query."""
    query = "&".join(f"{name}={value}" for name, value in pairs)
    if not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{query}"


def proven(call: Call, proofs: Mapping[KeySlot, str]) -> tuple[str, tuple[Pair, ...]]:
    """Return the address and headers with what each slot shows: secrets, for the wire alone.

    A ``BASIC`` proof is given as ``key:secret`` and encoded here.
    """
    query = [(quote(slot.name, safe=""), quote(proofs[slot], safe="")) for slot in _asked(call)]
    headers = [*call.headers]
    for slot in call.slots_in(Place.HEADER):
        shown = proofs[slot]
        if slot.proof is Proof.BASIC:
            shown = base64.b64encode(shown.encode()).decode()
        headers.append((slot.name, slot.prefix + shown))
    return with_query(call.url, query), tuple(headers)


def _asked(call: Call) -> tuple[KeySlot, ...]:
    return call.slots_in(Place.QUERY)
