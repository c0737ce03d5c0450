"""The settings of registration: who becomes a developer, and what they are asked."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field, PositiveInt, field_validator

from app.configuration.section import OptionalAddress, Section
from app.configuration.sections import ATTRIBUTE_NAME, bare_domains
from app.domain.registrations import LONGEST_VALUE, is_reserved

# Apigee keeps 18 attributes of a developer, and one of them is the portal's own.
MOST_ATTRIBUTES: Final = 17


class RegistrationAttribute(Section):
    """A further question of the registration form; the table's name is the attribute's name."""

    label: str = Field(
        min_length=1, description="What the form calls it.", examples=["Cost center"]
    )
    hint: str = Field("", description="A sentence below the label.")
    required: bool = Field(False, description="Whether it must be answered.")
    pattern: str = Field(
        "", description="Regular expression for the whole answer; empty = any.", examples=["[0-9]+"]
    )
    choices: tuple[str, ...] = Field(
        (), description="Answers to choose from; empty = people write their own."
    )
    longest: PositiveInt = Field(255, le=LONGEST_VALUE, description="Most characters.")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return pattern

    def contradictions(self) -> Iterator[str]:
        if self.choices and self.pattern:
            yield "choices and pattern exclude each other: remove one"
        if any(len(choice) > self.longest or not choice.strip() for choice in self.choices):
            yield "choices has one that is empty or longer than longest: shorten it"


class Registration(Section):
    """Who becomes a developer on Apigee, and how."""

    policy: Literal["open", "approval", "invited"] = Field(
        "open",
        description="open: whoever signs in may register; approval: developers are inactive until "
        "an administrator activates them; invited: only who was invited, or is of one of the "
        "domains.",
    )
    existing: Literal["link", "administrator", "refuse"] = Field(
        "link",
        description="When Apigee has a developer of that verified e-mail address: link, "
        "administrator (one of them makes the link by hand) or refuse.",
    )
    domains: tuple[str, ...] = Field(
        (),
        description="E-mail domains that may register, empty = every domain; with the policy "
        "invited: domains that need no invitation.",
    )
    new_developers: Literal["active", "inactive"] = Field(
        "active",
        description="What a new developer is on Apigee at first; by the policy approval always "
        "inactive.",
    )
    terms_version: str = Field(
        "",
        max_length=100,
        description="Version of the terms that people accept; empty = none are asked for. "
        "A new version asks everybody again before My apps.",
    )
    terms_url: OptionalAddress = Field("", description="Where the terms can be read.")
    attributes: dict[str, RegistrationAttribute] = Field({}, examples=["cost-center"])

    @field_validator("domains")
    @classmethod
    def _bare_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return bare_domains(domains)

    @field_validator("attributes")
    @classmethod
    def _not_apigees_own(
        cls, attributes: dict[str, RegistrationAttribute]
    ) -> dict[str, RegistrationAttribute]:
        for name in attributes:
            if is_reserved(name) or not ATTRIBUTE_NAME.fullmatch(name):
                raise ValueError(
                    f"has {name[:40]!r}: use other names of letters, digits, '_', '-' and '.'"
                )
        if len(attributes) > MOST_ATTRIBUTES:
            raise ValueError(f"are more than {MOST_ATTRIBUTES}, the most that Apigee keeps")
        return attributes

    def contradictions(self) -> Iterator[str]:
        if self.terms_url and not self.terms_version:
            yield "terms_url needs a terms_version: set it, or remove the address"
