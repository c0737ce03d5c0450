"""Claims of creation requests in memory, proven by the same cases as the real ones."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock


@dataclass
class FakeCreations:
    """``ports.Creations`` in a dict."""

    begun: dict[tuple[str, str], str | None] = field(default_factory=dict)
    begun_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    plans: dict[tuple[str, str], str] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def begin(self, developer_id: str, request_id: str, at: datetime, planned: str = "") -> bool:
        with self.lock:
            if (developer_id, request_id) in self.begun:
                return False
            self.begun[developer_id, request_id] = None
            self.begun_at[developer_id, request_id] = at
            self.plans[developer_id, request_id] = planned
            return True

    def take_over(
        self,
        developer_id: str,
        request_id: str,
        *,
        begun_before: datetime,
        at: datetime,
        planned: str = "",
        ended_as: str = "",
    ) -> bool:
        claim = (developer_id, request_id)
        with self.lock:
            is_pending = claim in self.begun and self.begun[claim] is None
            is_over = bool(ended_as) and self.plans.get(claim) == ended_as
            if not is_pending or not (is_over or self.begun_at[claim] < begun_before):
                return False
            self.begun_at[claim] = at
            self.plans[claim] = planned
            return True

    def ended(self, developer_id: str, request_id: str, planned: str) -> None:
        if self.begun.get((developer_id, request_id), "") is None:
            self.plans[developer_id, request_id] = planned

    def finished(self, developer_id: str, request_id: str, app_id: str) -> None:
        if (developer_id, request_id) in self.begun:
            self.begun[developer_id, request_id] = app_id

    def failed(self, developer_id: str, request_id: str) -> None:
        if self.begun.get((developer_id, request_id)) is None:
            self.begun.pop((developer_id, request_id), None)

    def app_id(self, developer_id: str, request_id: str) -> str | None:
        return self.begun.get((developer_id, request_id))

    def planned(self, developer_id: str, request_id: str) -> str:
        return self.plans.get((developer_id, request_id), "")

    def forget(self, begun_before: datetime) -> int:
        old = [claim for claim in self.begun if self.begun_at[claim] < begun_before]
        for claim in old:
            del self.begun[claim]
        return len(old)
