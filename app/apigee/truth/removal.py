"""Deleting what was made for a check, and finding what an earlier one left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.apigee.connect import Apigee
from app.apigee.fields import Malformed, stubs, text
from app.apigee.flavor import Flavor
from app.apigee.lists import PAGE, every_item
from app.apigee.truth.asking import OK, Asker
from app.apigee.truth.ground import CHANNEL, COMPANIES, GROUPS
from app.domain.errors import PortalError
from app.domain.truth import FORBIDDEN, Made, Trace

TEMPLATES: Final[Mapping[Made, str]] = {
    Made.DEVELOPER: "developers/{name}",
    Made.APPGROUP: "appgroups/{name}",
    Made.COMPANY: "companies/{name}",
    Made.PRODUCT: "apiproducts/{name}",
}
GONE: Final = frozenset({200, 202, 204, 404})


@dataclass(frozen=True, slots=True)
class Removal:
    """Removes objects by their names, and nothing whose name is not exactly one of ours."""

    apigee: Apigee
    asker: Asker
    flavor: Flavor

    def remove(self, trace: Trace) -> str:
        """Delete an object that may be there; return why it may still be, or an empty text.

        A product waits until the keys of a developer who was deleted have gone.
        """
        if not trace.is_ours:
            return "its name is none that this check gives"
        status = 0
        try:
            for _ in self.asker.patience.looks():
                status = self.asker.call("DELETE", TEMPLATES[trace.kind], name=trace.name).status
                if status in GONE or status == FORBIDDEN:
                    break
        except PortalError as error:
            return error.message
        return "" if status in GONE else f"its deletion was answered with {status}"

    def scan(self) -> Iterator[Trace]:
        """Yield what is there under names of ours, whoever made it. Raises ``Upstream``."""
        found = (
            *(Trace(Made.DEVELOPER, email) for email in self.apigee.developers.emails()),
            *self._groups(),
            *(Trace(Made.PRODUCT, product.name) for product in self.apigee.products.all()),
        )
        yield from (trace for trace in found if trace.is_ours)

    def _groups(self) -> Iterator[Trace]:
        if self.flavor is Flavor.X:
            query = {"filter": f"channelId={CHANNEL}", "pageSize": str(PAGE)}
            reply = self.asker.call("GET", GROUPS, query=query)
            held = reply.body.get("appGroups", []) if isinstance(reply.body, dict) else []
            yield from (Trace(Made.APPGROUP, text(each, "name")) for each in held)
            return
        for name in every_item(self._companies, str):
            yield Trace(Made.COMPANY, name)

    def _companies(self, start: str | None) -> Sequence[str]:
        query = {"count": str(PAGE)} | ({} if start is None else {"startKey": start})
        reply = self.asker.call("GET", COMPANIES, query=query)
        try:
            return stubs(reply.body, "company", "name") if reply.status == OK else ()
        except Malformed:
            return ()
