"""What the portal remembers of a developer's keys: its notes, and the jobs that wait."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.developers import Owner
from app.domain.jobs import Job, JobKind
from app.domain.keys import KeyMemory
from app.domain.notes import Note, NoteKind
from app.services.job_port import Jobs
from app.services.ports import Notes

# By app, then by key.
ByApp = Mapping[str, Mapping[str, KeyMemory]]


@dataclass(frozen=True, slots=True)
class Memories:
    """Puts notes and jobs together; two statements for all of a developer's apps."""

    notes: Notes
    jobs: Jobs

    def of(self, developer_id: str) -> ByApp:
        """Return what is known of each key of the developer, by ``appId`` and ``key_id``."""
        found: dict[str, dict[str, KeyMemory]] = defaultdict(dict)
        for note in self.notes.of_developer(developer_id):
            keys = found[note.subject.app_id]
            held = keys.get(note.subject.key_id, KeyMemory())
            keys[note.subject.key_id] = _with_note(held, note)
        for job in self.jobs.about(developer_id):
            if job.kind is JobKind.RETIRE_KEY:
                keys = found[job.facts["app_id"]]
                held = keys.get(job.facts["key_id"], KeyMemory())
                keys[job.facts["key_id"]] = _with_job(held, job)
        return found

    def of_owner(self, owner: Owner) -> ByApp:
        """Return the same for whoever asks, without a statement where there is nothing."""
        return self.of(owner.developer_id) if owner.is_remembered else {}

    def of_app(self, developer_id: str, app_id: str) -> Mapping[str, KeyMemory]:
        """Return what is known of each key of one app, by ``key_id``."""
        return self.of(developer_id).get(app_id, {})

    def app_gone(self, developer_id: str, app_id: str, at: datetime) -> None:
        """Note that an app was deleted: nothing of it is shown, and nothing waits for it."""
        self.notes.gone(app_id, at)
        for job in self.jobs.about(developer_id):
            if job.kind is JobKind.RETIRE_KEY and job.facts["app_id"] == app_id:
                self.jobs.cancel(job.job_id)


def retirements(jobs: Sequence[Job], app_id: str, key_id: str) -> list[Job]:
    """Return the jobs among these that will turn this key off."""
    wanted = {"app_id": app_id, "key_id": key_id}
    return [
        job
        for job in jobs
        if job.kind is JobKind.RETIRE_KEY and wanted.items() <= dict(job.facts).items()
    ]


def _with_note(memory: KeyMemory, note: Note) -> KeyMemory:
    """Notes come oldest first, so the later of turning off and on decides."""
    product = note.subject.product
    match note.kind:
        case NoteKind.LABEL:
            return replace(memory, label=note.text)
        case NoteKind.TURNED_OFF:
            by = memory.turned_off_by if product else note.author
            return replace(memory, turned_off_by=by, changed_at=note.at)
        case NoteKind.RELEASED if not product:
            return replace(memory, turned_off_by=None, changed_at=note.at)
        case NoteKind.REQUESTED:
            return replace(memory, asked_at={**memory.asked_at, product: note.at})
        case NoteKind.REFUSED:
            return replace(memory, reasons={**memory.reasons, product: note.text})
    return memory


def _with_job(memory: KeyMemory, job: Job) -> KeyMemory:
    return replace(
        memory,
        retires_at=job.due_at,
        retiring_problem=job.error,
        retiring_tries=job.attempts,
    )
