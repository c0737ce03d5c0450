"""What all tables of the settings have in common."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from app.domain.addresses import optional_address, safe_address

Address = Annotated[str, AfterValidator(safe_address)]
OptionalAddress = Annotated[str, AfterValidator(optional_address)]


class Section(BaseModel):
    """A frozen group of settings that refuses unknown names and contradictions."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def contradictions(self) -> Iterator[str]:
        """Yield what does not fit together, each with what to do about it."""
        yield from ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if found := list(self.contradictions()):
            raise ValueError("\n".join(found))
        return self
