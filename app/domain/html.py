"""Text that is HTML already, and safe: whoever makes one has cleaned or escaped it."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Html:
    """HTML for a page; templates take it as it is. ``source`` is the Markdown it was made of."""

    text: str = ""
    source: str = field(default="", compare=False, repr=False)

    def __html__(self) -> str:
        """Return the HTML: the name is what templates look for."""
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


NO_HTML: Final = Html()
