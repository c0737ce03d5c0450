"""Mails written from templates: ``templates/mail/<kind>.txt`` and ``.html``, or the operator's.

The text begins with a line ``Subject: …`` and an empty line.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    select_autoescape,
)

from app.domain.mail import MailKind, Recipient, Undeliverable, Written, one_line

LOG: Final = logging.getLogger(__name__)
SUBJECT: Final = "Subject:"
LONGEST_SUBJECT: Final = 200


class Texts:
    """``services.mail.port.MailTexts`` on Jinja; ``own`` is the operator's folder.

    ``portal`` holds what every mail may say: the portal's name, its address, whom to ask.
    """

    def __init__(self, templates: Path, own: Path | None, portal: Mapping[str, str]) -> None:
        loaders = [FileSystemLoader(templates)]
        over = [PrefixLoader({"mail": FileSystemLoader(own)})] if own else []
        self._environment = Environment(
            loader=ChoiceLoader([*over, *loaders]),
            undefined=StrictUndefined,
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["moment"] = _moment
        self._environment.globals["portal"] = dict(portal)

    def write(self, kind: MailKind, to: Recipient, values: Mapping[str, str]) -> Written:
        """Return the words; raise ``Undeliverable`` where a template does not fit."""
        known = {
            **{name: one_line(value) for name, value in values.items()},
            "name": one_line(to.name),
        }
        if "reason" in values:
            known["reason"] = values["reason"]
        try:
            text = self._environment.get_template(f"mail/{kind.value}.txt").render(known)
            html = self._environment.get_template(f"mail/{kind.value}.html").render(known)
        except Exception as error:  # an operator's template may do anything
            LOG.exception("a template of the mail %s cannot be used", kind.value)
            raise Undeliverable(
                f"A template of the mail {kind.value} cannot be used ({type(error).__name__})."
            ) from error
        head, _, body = text.partition("\n")
        if not head.startswith(SUBJECT):
            raise Undeliverable(f"The template {kind.value}.txt does not begin with {SUBJECT}")
        subject = one_line(head.removeprefix(SUBJECT))[:LONGEST_SUBJECT]
        return Written(subject, body.strip() + "\n", html)


def _moment(text: str) -> str:
    """Write a moment, ISO on the way in: ``14 Mar 2026, 10:02 UTC``."""
    at = datetime.fromisoformat(text).astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"
