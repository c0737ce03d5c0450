"""The languages in which a call is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.domain.call import Call
from app.domain.samples.curl import curl
from app.domain.samples.go import go
from app.domain.samples.java import java
from app.domain.samples.javascript import javascript
from app.domain.samples.python import python


@dataclass(frozen=True, slots=True)
class Sample:
    """Code in one language; ``language`` is the name that highlighting knows it by."""

    language: str
    title: str
    code: str


LANGUAGES: Final[tuple[tuple[str, str, Callable[[Call], str]], ...]] = (
    ("bash", "curl", curl),
    ("python", "Python", python),
    ("javascript", "JavaScript", javascript),
    ("go", "Go", go),
    ("java", "Java", java),
)


def samples(call: Call) -> tuple[Sample, ...]:
    """Return the call in every language."""
    return tuple(Sample(language, title, write(call)) for language, title, write in LANGUAGES)
