"""Everything that is read on the portal, in one thing that a route can ask."""

from dataclasses import dataclass

from app.services.reading.apis import ApiReading
from app.services.reading.pages import PageReading


@dataclass(frozen=True, slots=True)
class Reading:
    """What people read, each behind the rule of who may see it."""

    apis: ApiReading
    pages: PageReading
