"""The operations that a page of the documentation shows, as its reader may see them."""

import re
from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.domain.documentation import Page, Sample
from app.domain.errors import NotFound, NotReady, Upstream
from app.web.call_samples import called


def samples_of(page: Page) -> Mapping[Sample, Mapping[str, Any]]:
    """Return what the template of a sample needs; those that are missing or hidden are not in it.

    While Apigee does not say which products there are, only APIs without products are shown.
    """
    found = {sample: _called(sample) for sample in page.samples}
    return {sample: facts for sample, facts in found.items() if facts is not None}


def twin_of(page: Page) -> str:
    """Return the page as Markdown, with links to the operations that its reader may see."""
    text = page.markdown
    for sample in page.samples:
        facts = _called(sample)
        link = "" if facts is None else _link(sample, facts)
        words = rf"{re.escape(sample.slug)}[ \t]+{re.escape(sample.operation_id)}"
        line = rf"^([ \t]*):{{3,}}[ \t]*operation[ \t]+{words}[ \t]*$"
        text = re.sub(line, rf"\g<1>{link.replace(chr(92), '')}", text, flags=re.MULTILINE)
    return text


def _link(sample: Sample, facts: Mapping[str, Any]) -> str:
    operation = facts["found"].operation
    address = url_for("apis.operation", slug=sample.slug, operation=sample.operation_id)
    return f"[`{operation.method} {operation.path}`]({address})"


def _called(sample: Sample) -> Mapping[str, Any] | None:
    try:
        return called(sample.slug, sample.operation_id)
    except (NotFound, NotReady, Upstream):
        return None
