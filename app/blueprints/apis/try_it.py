"""Try-it: the portal makes a call of a published operation with the developer's own key."""

from dataclasses import replace

from flask import Blueprint, Response

from app.domain.errors import InvalidInput, NotFound
from app.web.access import developer
from app.web.call_samples import called
from app.web.context import portal
from app.web.htmx import render
from app.web.limits import limited, limited_together
from app.web.trying import caller, colored, sent

bp = Blueprint("try_it", __name__)


@bp.post("/apis/<slug>/<operation>/try")
@developer
@limited("try_it")
@limited_together("try_it_all")
def send(slug: str, operation: str) -> Response:
    """Make the call and show what came back; nothing of it is kept."""
    shown = called(slug, operation)
    if shown["trying"] is None:
        raise NotFound("There is no such operation in this API.")
    trying, attempt = sent(shown["trying"])
    try:
        tried = portal().try_it.send(caller(), trying.trial, attempt)
    except InvalidInput as error:
        again = replace(trying, problems=error.fields)
        return render("apis/tried.html", block="try", code=422, **{**shown, "trying": again})
    done = replace(trying, tried=tried, colored=colored(tried))
    return render("apis/tried.html", block="try", **{**shown, "trying": done})
