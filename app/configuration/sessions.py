"""The settings of sign-in sessions."""

from collections.abc import Iterator

from pydantic import Field, NonNegativeInt, PositiveInt

from app.configuration.section import Section


class Sessions(Section):
    """How long a sign-in lasts; see docs/sessions.md."""

    idle_minutes: PositiveInt = Field(60, description="Ends after this long without a request.")
    absolute_hours: PositiveInt = Field(12, description="Ends after this long in any case.")
    staff_idle_minutes: PositiveInt = Field(
        30,
        description="The same for people with a role beside developer, such as administrators; "
        "a shorter idle_minutes counts for them, too.",
    )
    staff_absolute_hours: PositiveInt = Field(
        8, description="The same for them; a shorter absolute_hours counts, too."
    )

    check_minutes: NonNegativeInt = Field(
        10,
        description="How often the provider is asked whether somebody may still be here, and with "
        "which roles; 0 = only at the sign-in.",
    )

    def contradictions(self) -> Iterator[str]:
        if self.idle_minutes > self.absolute_hours * 60:
            yield "idle_minutes is longer than absolute_hours: lower it"
        if self.staff_idle_minutes > self.staff_absolute_hours * 60:
            yield "staff_idle_minutes is longer than staff_absolute_hours: lower it"
