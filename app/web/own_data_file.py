"""What is kept about a person as a file of JSON: no key, no secret, and nobody else's name."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import Response

from app.domain.apps import DeveloperApp
from app.domain.audit import SYSTEM, Action, AuditEntry
from app.services.own_account import OwnData
from app.services.session_port import StoredSession
from app.web.account_facts import account_facts

NAME: Final = "account-data.json"
Facts = dict[str, object]


def own_data_file(data: OwnData) -> Response:
    """Answer the file, to be saved and never kept by a cache."""
    number = data.record.account.account_id
    facts: Facts = {
        "account": account_facts(data.record),
        "sessions": [_session(item) for item in data.sessions],
        "accepted_terms": [
            {"version": item.version, "at": _moment(item.at)} for item in data.accepted
        ],
        "apps": _apps(data.apps),
        "audit": [_row(item, number) for item in data.rows],
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    response = Response(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _session(session: StoredSession) -> Facts:
    return {
        "browser": session.browser,
        "address": session.address,
        "since": _moment(session.created_at),
        "last_used": _moment(session.last_seen_at),
        "ends_at": _moment(session.absolute_expires_at),
    }


def _apps(apps: Sequence[DeveloperApp] | None) -> object:
    if apps is None:
        return "Apigee did not answer, so the apps are missing. Download the file again later."
    return [
        {
            "name": app.name,
            "display_name": app.display_name,
            "description": app.description,
            "callback_url": app.callback_url,
            "status": app.status.value,
            "products": list(app.products),
            "number_of_keys": len(app.keys),
            "created_at": _moment(app.created_at),
        }
        for app in apps
    ]


def _row(entry: AuditEntry, account_id: int) -> Facts:
    is_own = entry.actor.account_id == account_id
    others = "the portal" if entry.actor == SYSTEM else "somebody else"
    return {
        "at": _moment(entry.at),
        "action": entry.action.value,
        "phase": entry.phase.value,
        "by": "you" if is_own else others,
        "on": f"{entry.target_kind} {entry.target}".strip(),
        "detail": "" if entry.action is Action.ACCOUNT_BLOCK else entry.detail,
        "address": entry.actor.address if is_own else "",
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
