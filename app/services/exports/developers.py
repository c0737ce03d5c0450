"""The developers of the index as rows of a table, on record, however many they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.audit import Action, Actor
from app.domain.plurals import number_of
from app.services.developer_port import DeveloperSearch
from app.services.exports.columns import Row, developer_cells, wanted
from app.services.ports import DeveloperIndex
from app.services.trail import Target, Trail


@dataclass(frozen=True, slots=True)
class DeveloperExport:
    """Reads the index in batches, so that memory does not grow with the number of rows."""

    index: DeveloperIndex
    trail: Trail

    def rows(self, actor: Actor, query: DeveloperSearch) -> Iterator[Row]:
        """Return the rows in the order asked for; raise ``NotRecorded`` before the first one.

        The outcome on record is done, with the number of rows, once all of them were taken, and
        unknown before.
        """
        rows = self._rows(actor, query)
        next(rows)
        return rows

    def _rows(self, actor: Actor, query: DeveloperSearch) -> Iterator[Row]:
        """Yield an empty row once the intent is on record, then the others."""
        count = 0
        target = Target("developers", wanted(query))
        with self.trail.around(actor, Action.DEVELOPER_EXPORT, target) as ending:
            yield ()
            for row in self.index.every(query):
                count += 1
                yield developer_cells(row)
            ending.detail = number_of(count, "row")
