"""The tables of further organizations, beside the portal's own."""

import re
from typing import Final

from pydantic import ValidationInfo

from app.configuration.apigee import Apigee

NAME: Final = re.compile(r"[a-z][a-z0-9-]*")


class Organization(Apigee):
    """A further organization, where developers are activated and deactivated, too.

    Whoever has the same e-mail address there is meant; nothing else of it is shown.
    """


def further(tables: dict[str, Organization], info: ValidationInfo) -> dict[str, Organization]:
    """Return the tables; raise ``ValueError`` for a bad name, or one organization twice."""
    own = info.data.get("apigee")
    places = [_place(own)] if isinstance(own, Apigee) else []
    for name, table in tables.items():
        if not NAME.fullmatch(name):
            raise ValueError("an organization's table is named by small letters, digits and '-'")
        if _place(table) in places:
            raise ValueError(f"{name} is an organization that is set already: remove one of them")
        places.append(_place(table))
    return tables


def _place(table: Apigee) -> tuple[str, str]:
    return table.endpoint.casefold(), table.organization.casefold()
