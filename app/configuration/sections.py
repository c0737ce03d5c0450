"""The tables of the settings; each field carries its default and what it means."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, PositiveInt, field_validator
from pydantic import NonNegativeInt as Seconds

from app.configuration.roles import Audience, known_role
from app.configuration.section import Section
from app.domain.apps import RESERVED_ATTRIBUTES
from app.domain.callbacks import scheme_problem
from app.domain.step_up import Dangerous

ALL: Final = "all"
ATTRIBUTE_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")
RATE: Final = re.compile(r"([1-9]\d*) per ((?:[1-9]\d* )?(?:second|minute|hour|day)s?)")


def _rate(text: str) -> str:
    if not RATE.fullmatch(text):
        raise ValueError('must read like "20 per minute" or "100 per 5 minutes"')
    return text


Rate = Annotated[str, AfterValidator(_rate)]
LimitName = Literal[
    "sign_in",
    "logout",
    "reveal",
    "create_app",
    "write",
    "search",
    "try_it",
    "try_it_all",
    "report",
    "machines",
]


def bare_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Return e-mail domains in small letters; raise ``ValueError`` for what is none."""
    folded = tuple(domain.lower() for domain in domains)
    if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) for domain in folded):
        raise ValueError("must be domains such as example.com, without @ and *")
    return folded


class Cache(Section):
    """How long facts of Apigee may be shown before they are read again; 0 = off."""

    # What changed elsewhere is to be seen within half a minute, by whoever looks now and then.
    apps_seconds: Seconds = Field(25, description="A developer's apps, without keys.")
    products_seconds: Seconds = Field(300, description="The product catalogue.")
    developers_seconds: Seconds = Field(25, description="A developer's status.")
    usage_seconds: Seconds = Field(
        300, description="What Apigee counted of an app's calls, and the environments' names."
    )


class Keys(Section):
    """What keys may be like."""

    default_days: Seconds = Field(0, description="Days that a new key lives; 0 = for ever.")
    longest_days: Seconds = Field(
        0, description="Most days that developers may choose for a key; 0 = no limit."
    )
    per_app: PositiveInt = Field(10, description="Most keys of one app.")
    reveal: Literal["always", "once"] = Field(
        "always",
        description="always: people may show their keys again; "
        "once: only the page that makes a key shows it.",
    )

    def contradictions(self) -> Iterator[str]:
        if self.longest_days and self.default_days > self.longest_days:
            yield "default_days is longer than longest_days: lower it"


class Apps(Section):
    """What apps may be like."""

    per_developer: Seconds = Field(0, description="Most apps of one developer; 0 = no limit.")
    required_products: tuple[str, ...] = Field(
        (),
        description="API products that every new app gets, whatever is chosen. "
        "Developers must be allowed to request them.",
    )
    default_products: tuple[str, ...] = Field(
        (), description="API products that are chosen when the form is opened."
    )
    one_product: bool = Field(False, description="An app has exactly one API product.")
    callback: Literal["always", "never"] = Field(
        "always", description="Whether the form asks for a callback URL."
    )
    callback_schemes: tuple[str, ...] = Field(
        (), description="Schemes of callback URLs that are accepted beside https."
    )
    attributes: dict[str, str] = Field(
        {}, description="Attributes of an app that its developer sees: Apigee's name to a label."
    )
    editable_attributes: tuple[str, ...] = Field(
        (), description="Those of them that the developer may change."
    )

    @field_validator("callback_schemes")
    @classmethod
    def _harmless(cls, schemes: tuple[str, ...]) -> tuple[str, ...]:
        for scheme in schemes:
            problem = scheme_problem(scheme)
            if problem:
                raise ValueError(f"has {scheme[:40]!r}: {problem}")
        return schemes

    @field_validator("attributes")
    @classmethod
    def _not_the_portals_own(cls, attributes: dict[str, str]) -> dict[str, str]:
        for name in attributes:
            if name in RESERVED_ATTRIBUTES or not ATTRIBUTE_NAME.fullmatch(name):
                raise ValueError(
                    f"has {name[:40]!r}: use other names of letters, digits, '_', '-' and '.'"
                )
        return attributes

    def contradictions(self) -> Iterator[str]:
        unseen = set(self.editable_attributes) - set(self.attributes)
        if unseen:
            yield f"editable_attributes names {min(unseen)}, which is not in attributes: add it"
        if self.one_product and len(self.default_products) > 1:
            yield "one_product does not fit several default_products: name one"
        if self.one_product and len(self.required_products) > 1:
            yield "one_product does not fit several required_products: name one"


class Products(Section):
    """What people read about API products, and whose they are."""

    attributes: dict[str, str] = Field(
        {}, description="Attributes of a product that its page shows: Apigee's name to a label."
    )
    owners: dict[str, tuple[str, ...]] = Field(
        {},
        description="Who owns a product: Apigee's name to verified e-mail addresses and roles. "
        "With the role product_owner they see and decide who gets access to it, and are told by "
        "mail when somebody asks.",
    )

    @field_validator("owners")
    @classmethod
    def _somebody(cls, owners: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for names in owners.values():
            for name in names:
                if "@" not in name:
                    known_role(name)
        return owners


class ProductAccess(Section):
    """Who sees some API products, over what their access attribute says; deny wins."""

    products: tuple[str, ...] = Field(
        min_length=1,
        description="Names of API products on Apigee; * and ? stand for any characters.",
        examples=[("maps-*",)],
    )
    roles: tuple[Audience, ...] = Field(
        min_length=1,
        description="Roles that it is about; * is everybody, signed in or not.",
        examples=[("support",)],
    )
    effect: Literal["allow", "deny"] = Field(
        "allow", description="Whether these roles see and may request them: allow or deny."
    )


class Accounts(Section):
    """What people may do with their own portal account."""

    names: Literal["person", "provider"] = Field(
        "person",
        description="Whose first and last name count once people write their own on the account "
        "page: theirs; or always the provider's, then nobody can write them.",
    )
    deletion: Literal["deactivate", "delete", "off"] = Field(
        "deactivate",
        description="When people delete their account, their developer on Apigee is deactivated "
        "(apps and keys stay and stop working) or deleted with all apps and keys; "
        "off: they cannot.",
    )


class StepUp(Section):
    """Which actions ask for a fresh sign-in at the provider, each time anew."""

    actions: tuple[str, ...] = Field(
        (),
        description=f"Any of {', '.join(Dangerous)}; or all. The sign-in is good for this one "
        "action on this one thing, within 5 minutes.",
    )

    @field_validator("actions")
    @classmethod
    def _known(cls, actions: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(actions) - {ALL, *Dangerous}
        if unknown:
            raise ValueError(f"has {min(unknown)[:40]!r}: must be of {', '.join(Dangerous)} or all")
        return actions

    @property
    def dangerous(self) -> frozenset[Dangerous]:
        """The actions that are meant."""
        if ALL in self.actions:
            return frozenset(Dangerous)
        return frozenset(map(Dangerous, self.actions))


class Audit(Section):
    """Where the audit log goes beside the database."""

    stream: str = Field(
        "",
        description="Where every row and every head of the chain goes as a line of JSON too: "
        "stdout or a file. Empty = nowhere; the heads are in the log in any case.",
    )


class Limits(Section):
    """How often one person or address may do what costs; reading pages is not limited."""

    multiplier: PositiveInt = Field(1, description="Multiplies every limit below.")
    sign_in: Rate = Field(
        "20 per minute",
        description="Sign-ins that are started, per address; with a signed header sessions that "
        "are begun, per person.",
    )
    logout: Rate = Field(
        "60 per minute", description="Logout tokens of a provider that are refused, per address."
    )
    reveal: Rate = Field("10 per minute", description="Keys and secrets shown.")
    create_app: Rate = Field("5 per minute", description="Apps created.")
    write: Rate = Field("30 per minute", description="Other changes.")
    search: Rate = Field("60 per minute", description="Searches.")
    try_it: Rate = Field("30 per minute", description="Calls by Try-it.")
    try_it_all: Rate = Field("600 per minute", description="Calls by Try-it of everybody together.")
    report: Rate = Field(
        "60 per minute", description="Browsers' reports of blocked content, per address."
    )
    machines: Rate = Field(
        "60 per minute", description="Lists of all that can be read: sitemap.xml, llms.txt."
    )

    def effective(self, name: LimitName) -> str:
        """Return the limit with the multiplier applied, such as ``400 per minute``."""
        rates = {
            "sign_in": self.sign_in,
            "logout": self.logout,
            "reveal": self.reveal,
            "create_app": self.create_app,
            "write": self.write,
            "search": self.search,
            "try_it": self.try_it,
            "try_it_all": self.try_it_all,
            "report": self.report,
            "machines": self.machines,
        }
        count, per = rates[name].split(" per ")
        return f"{int(count) * self.multiplier} per {per}"


class Branding(Section):
    """What the portal is called."""

    name: str = Field("Developer portal", min_length=1, description="Name in titles and header.")
    tagline: str = Field("", description="One sentence below the name on the home page.")
