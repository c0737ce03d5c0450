"""A document taken apart: its summary, its parts by JSON pointer, and what is downloaded."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import yaml

from app.content.compiling.summary import as_json
from app.content.documents import parse
from app.content.openapi import describe
from app.content.reference.lift import lifted
from app.content.reference.parts import escaped
from app.content.shapes import Node, mapping, plain, written

# What comes of the same document changes with it: a new number makes everything anew.
EDITION: Final = 4
LARGEST_PART: Final = 4_000_000  # bytes; a page reads some of them
LONGEST_TO_REWRITE: Final = 500_000  # bytes; JSON is YAML too, and writing YAML anew is slow
SUMMARY, SOURCE, OTHER = "summary", "source", "other"
WHOLE: Final = frozenset({"info", "externalDocs", "securitySchemes"})


def compiled(source: bytes, suffix: str, key_name: str) -> Iterator[tuple[str, bytes]]:
    """Yield every part of a document by name; raise ``ValueError`` with what to do.

    A part whose name begins with ``/`` is the JSON at that pointer, in the shape of OpenAPI 3.x.
    """
    try:
        original = plain(parse(_text(source), suffix))
        yield SUMMARY, as_json(describe(original, key_name), _format(original))
        yield SOURCE, source
        yield OTHER, _other(original, suffix)
        yield from map(_checked, _pointers(lifted(original)))
    except RecursionError as error:
        raise ValueError("is nested too deep: make it flatter") from error


def _text(source: bytes) -> str:
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text: save it as UTF-8") from error


def _format(document: Node) -> str:
    number = str(document.get("openapi") or document.get("swagger") or "")
    return f"{'OpenAPI' if 'openapi' in document else 'Swagger'} {number[:20]}"


def _other(document: Node, suffix: str) -> bytes:
    """The document as JSON where it is YAML, and the other way round."""
    content = written(document).encode()
    if suffix != ".json" or len(content) > LONGEST_TO_REWRITE:
        return content
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    return yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True).encode()


def _pointers(document: Node) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        if name == "components":
            for kind, each in mapping(value).items():
                yield from _apart(f"/components/{escaped(kind)}", kind, each)
        else:
            yield from _apart(f"/{escaped(name)}", name, value)


def _apart(pointer: str, name: str, value: object) -> Iterable[tuple[str, Any]]:
    if name in WHOLE or not isinstance(value, Mapping):
        return [(pointer, value)]
    return (
        (f"{pointer}/{escaped(each)}", part) for each, part in value.items() if part is not None
    )


def _checked(found: tuple[str, Any]) -> tuple[str, bytes]:
    pointer, value = found
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) > LARGEST_PART:
        raise ValueError(
            f"has more than {LARGEST_PART} bytes at #{pointer[:200]}: "
            "move what it holds into components, or make its examples smaller"
        )
    return pointer, content
