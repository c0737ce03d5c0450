"""The theme of the portal: its own style, logo and icon."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A file of the theme: its path below ``theme/``, its type, what changes with what is in it."""

    path: str
    media_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo in the bar, in pixels; ``dark`` is shown in dark mode.

    ``alt`` is empty where the portal's name stands beside it.
    """

    light: ThemeFile
    dark: ThemeFile | None
    alt: str
    width: int
    height: int
    dark_width: int
    with_name: bool


@dataclass(frozen=True, slots=True)
class Theme:
    """What differs from the portal's own look; ``style`` is CSS that comes behind all other.

    ``files`` are all that may be sent, by their paths below ``theme/``.
    """

    style: str = ""
    digest: str = ""
    logo: Logo | None = None
    icon: ThemeFile | None = None
    files: Mapping[str, ThemeFile] = field(default_factory=dict)
