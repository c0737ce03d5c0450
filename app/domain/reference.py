"""What the pages of an API's reference show, whatever version its document was written for.

Follows the OpenAPI Specification; descriptions are HTML that is safe to show.
"""

from dataclasses import dataclass, replace

from app.domain.apis import ApiOperation
from app.domain.call import Call
from app.domain.html import NO_HTML, Html
from app.domain.reference_schemas import Schema
from app.domain.styles import Given, Place, Style, Value


@dataclass(frozen=True, slots=True)
class Link:
    """A link to somewhere else, with what it is."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable in a server's address; without ``values`` it may be anything."""

    name: str
    default: str
    values: tuple[str, ...] = ()
    description: Html = NO_HTML


@dataclass(frozen=True, slots=True)
class Server:
    """An address that the document names."""

    url: str
    description: Html = NO_HTML
    variables: tuple[ServerVariable, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope of OAuth; ``description`` is plain text."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: what is shown and where; ``kind`` is the document's own type.

    ``place`` and ``parameter`` say where an ``apiKey`` goes, ``scheme`` what ``http`` uses.
    """

    name: str
    kind: str
    description: Html = NO_HTML
    place: str = ""
    parameter: str = ""
    scheme: str = ""
    scopes: tuple[Scope, ...] = ()
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """Schemes that are needed together; with none of them the call is open to everybody."""

    schemes: tuple[Scheme, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Operations under one tag; without a name those under none."""

    name: str
    operations: tuple[ApiOperation, ...]
    description: Html = NO_HTML
    docs: Link | None = None


@dataclass(frozen=True, slots=True)
class ApiReference:
    """An API as a whole; ``format`` is the document's version (``OpenAPI 3.1.0``)."""

    description: Html
    format: str
    servers: tuple[Server, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    groups: tuple[Group, ...] = ()
    webhooks: tuple[ApiOperation, ...] = ()
    schemas: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    docs: Link | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An example as text; ``is_made`` by the portal, where the document gives none.

    ``url`` is where the document says that it is, instead of giving it.
    """

    text: str
    name: str = ""
    summary: str = ""
    description: Html = NO_HTML
    is_made: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """One way to write a body; ``notes`` say how single fields of a form are written.

    ``same_as`` is the media type before it whose schema it has.
    """

    media_type: str
    schema: Schema | None
    examples: tuple[Example, ...] = ()
    notes: tuple[str, ...] = ()
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``value`` is that of an example, ``is_given`` that the document gives it.

    With ``media_type`` the value is one text of that type.
    """

    name: str
    place: Place
    style: Style
    explode: bool
    schema: Schema | None = None
    description: Html = NO_HTML
    is_required: bool = False
    is_deprecated: bool = False
    allow_reserved: bool = False
    media_type: str = ""
    examples: tuple[Example, ...] = ()
    value: Value = ""
    is_given: bool = False

    def given(self, value: Value) -> Given:
        """Return the parameter with a value, as a call carries it."""
        return Given(self.name, self.place, value, self.style, self.explode, self.allow_reserved)


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What an operation takes."""

    media: tuple[Media, ...]
    description: Html = NO_HTML
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer."""

    name: str
    schema: Schema | None = None
    description: Html = NO_HTML
    is_required: bool = False
    is_deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Onward:
    """An operation that an answer leads to; ``operation_id`` is one of this API, if known."""

    name: str
    operation_id: str = ""
    description: Html = NO_HTML
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """An answer; ``status`` is a number, a range (``4XX``) or ``default``."""

    status: str
    description: Html = NO_HTML
    media: tuple[Media, ...] = ()
    headers: tuple[Header, ...] = ()
    onward: tuple[Onward, ...] = ()


@dataclass(frozen=True, slots=True)
class Callback:
    """A call that the API makes to an address of the caller."""

    name: str
    expression: str
    operation: "OperationReference"


@dataclass(frozen=True, slots=True)
class OperationReference:
    """One operation; of a webhook the ``path`` is its name, and ``call`` is None.

    ``needs`` are alternatives. ``call`` is made of examples and holds no key.
    """

    operation: ApiOperation
    description: Html = NO_HTML
    servers: tuple[Server, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None
    responses: tuple[Response, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    needs: tuple[Need, ...] = ()
    call: Call | None = None
    docs: Link | None = None
    is_webhook: bool = False

    def called(self, call: Call | None) -> "OperationReference":
        """Return it with an example call."""
        return replace(self, call=call)

    def parameters_in(self, place: str) -> tuple[Parameter, ...]:
        """Return the parameters of a place."""
        return tuple(each for each in self.parameters if each.place == place)


@dataclass(frozen=True, slots=True)
class SchemaReference:
    """A schema on a page of its own, with an example."""

    name: str
    schema: Schema
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An API's document as it is downloaded; ``digest`` changes with its content."""

    content: bytes
    media_type: str
    digest: str
