"""The addresses that a document names."""

from typing import Any

from app.content.reference.descriptions import description
from app.content.shapes import mapping, text, texts
from app.domain.reference import Server, ServerVariable


def servers(found: Any) -> tuple[Server, ...]:  # noqa: ANN401 - a list of anything
    """Return servers with their variables."""
    every = [mapping(each) for each in found]
    return tuple(
        Server(
            url=text(each.get("url")),
            description=description(each),
            variables=tuple(
                ServerVariable(
                    name=str(name),
                    default=str(mapping(value).get("default") or ""),
                    values=texts(mapping(value).get("enum")),
                    description=description(mapping(value)),
                )
                for name, value in mapping(each.get("variables")).items()
            ),
        )
        for each in every
        if text(each.get("url"))
    )
