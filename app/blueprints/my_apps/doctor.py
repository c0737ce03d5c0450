"""The key doctor: why a call with an own key fails, asked by link, form or pasted answer."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response

from app.domain.errors import InvalidInput, Upstream
from app.domain.fault_codes import KNOWN
from app.services.doctor import Consultation, Question
from app.web import forms
from app.web.context import portal
from app.web.htmx import render
from app.web.limits import limited
from app.web.sides import Pages, Right, roles, whose

pages = Pages("doctor")

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@pages.get("/apps/<name>/keys/<key_id>/diagnosis")
def show(name: str, key_id: str) -> Response:
    """Show the chain of one key, for the call that the address names."""
    question = _question()
    found = portal().doctor.diagnose(whose(), roles(), (name, key_id), question)
    return _page(found, question)


@pages.post("/apps/<name>/keys/<key_id>/diagnosis", Right.READ)
@limited("write")
def explain(name: str, key_id: str) -> Response:
    """Show the chain in the light of a pasted answer, which is never shown again."""
    doctor, owner, question = portal().doctor, whose(), _question()
    which, pasted = (name, key_id), forms.text(forms.FaultFields().fault)
    try:
        found = doctor.diagnose(owner, roles(), which, question, pasted)
    except Upstream:
        return _question_page(doctor.explain(owner, roles(), pasted))
    except InvalidInput as error:
        found = doctor.diagnose(owner, roles(), which, question)
        return _page(found, question, error.fields)
    return _page(found, question)


@pages.get("/diagnosis")
def ask() -> Response:
    """Ask for the answer of a call that failed, whatever key it was made with.

    An address may name a code that Apigee answers with, so that nothing is left to paste.
    """
    code = forms.argument("code")
    return _question_page(None, fault=code if code in KNOWN else "")


@pages.post("/diagnosis", Right.READ)
@limited("write")
def answer() -> Response:
    """Explain a pasted answer; an own key in it is looked at."""
    pasted = forms.text(forms.FaultFields().fault)
    try:
        found = portal().doctor.explain(whose(), roles(), pasted)
    except InvalidInput as error:
        return _question_page(None, code=422, problems=error.fields)
    return _question_page(found)


def _question() -> Question:
    method = forms.value("method").upper()
    return Question(
        api=forms.value("api") if "api" in forms.fields() else None,
        method=method if method in METHODS else "",
        path=forms.value("path").partition("?")[0].partition("#")[0],
        environment=forms.value("environment"),
    )


def _page(
    found: Consultation,
    question: Question,
    problems: Mapping[str, str] | None = None,
) -> Response:
    asked, wrong = found.asked, {**found.problems, **(problems or {})}
    known: dict[str, Any] = {
        "api": asked.api.slug if asked.api else "",
        "method": asked.call.method,
        "path": question.path,
        "environment": asked.call.environment,
    }
    form = forms.FormView({**known, "fault": ""}, wrong)
    code = 422 if wrong else 200
    return render("doctor/show.html", code=code, found=found, form=form, methods=METHODS)


def _question_page(
    explained: object,
    *,
    code: int = 200,
    problems: Mapping[str, str] | None = None,
    fault: str = "",
) -> Response:
    form = forms.FormView({"fault": fault}, problems or {})
    return render("doctor/ask.html", code=code, form=form, explained=explained)
