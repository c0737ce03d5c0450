"""One API of the content: ``apis/<slug>/api.toml`` and the document beside it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from app.content.documents import parse
from app.content.files import ContentError, read_text
from app.content.openapi import Description, describe
from app.content.reference.lift import lifted
from app.content.shapes import Node, plain
from app.domain.addresses import safe_address, web_address
from app.domain.apis import Api, KeyPlace

API_FILE: Final = "api.toml"
TEXTS: Final = (
    *("title", "document", "base_url", "key_in", "token_url", "proxy", "base_path"),
    *("group", "version"),
)
LISTS: Final = ("products", "environments")
REQUIRED: Final = ("document", "base_url")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
KEY_IN: Final = re.compile(r"(header|query):([A-Za-z0-9][A-Za-z0-9_.-]*)")
BASE_PATH: Final = re.compile(r"(/[^\s?#]*)?")
DEFAULT_KEY_IN: Final = "header:x-apikey"


@dataclass(frozen=True, slots=True)
class LoadedApi:
    """An API with its document: as its ``source`` in a file, as it was read, and as OpenAPI 3.x."""

    api: Api
    file: Path
    source: str
    original: Node
    document: Node


def load_api(root: Path, folder: Path) -> LoadedApi:
    """Read one API; raise ``ContentError`` naming the file and what to do."""
    if not SLUG.fullmatch(folder.name):
        raise ContentError(folder.name, "rename the folder to small letters, digits and '-'")
    facts = _facts(root, folder)
    place, key_name = facts["key_in"]
    source = read_text(root, folder, facts["document"])
    original, found = _description(folder, facts["document"], source, key_name)
    api = Api(
        slug=folder.name,
        title=facts.get("title") or found.title or folder.name,
        description=found.description,
        version=facts.get("version") or found.version,
        operations=found.operations,
        products=tuple(facts.get("products", ())),
        environments=tuple(facts.get("environments", ())),
        base_url=facts["base_url"],
        key_place=place,
        key_name=key_name,
        token_url=facts.get("token_url", ""),
        proxy=facts.get("proxy", ""),
        base_path=facts.get("base_path", ""),
        group=facts.get("group", ""),
        webhooks=found.webhooks,
    )
    return LoadedApi(api, folder / facts["document"], source, original, lifted(original))


def _facts(root: Path, folder: Path) -> dict[str, Any]:
    shown = f"{folder.name}/{API_FILE}"
    text = read_text(root, folder, API_FILE)
    try:
        facts = tomllib.loads(text)
        _check(facts)
        return {**facts, "key_in": _key_in(facts.get("key_in", DEFAULT_KEY_IN))}
    except RecursionError as error:
        raise ContentError(shown, "is nested too deep: make it flatter") from error
    except ValueError as error:
        raise ContentError(shown, f"{error}") from error


def _description(folder: Path, name: str, source: str, key_name: str) -> tuple[Node, Description]:
    try:
        document = plain(parse(source, PurePosixPath(name).suffix.lower()))
        return document, describe(document, key_name)
    except ValueError as error:
        raise ContentError(f"{folder.name}/{name}", f"{error}") from error


def _check(facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if name in TEXTS and not isinstance(value, str):
            raise ValueError(f'{name} must be a text: write {name} = "…"')
        if name in LISTS and not _is_texts(value):
            raise ValueError(f'{name} must be a list of texts: write {name} = ["…"]')
        if name not in TEXTS and name not in LISTS:
            raise ValueError(f"{name} is not known: correct or remove it")
    for name in REQUIRED:
        if not facts.get(name):
            raise ValueError(f"{name} is missing: add it")
    _check_addresses(facts)


def _check_addresses(facts: dict[str, Any]) -> None:
    for name, rule in (("base_url", web_address), ("token_url", safe_address)):
        try:
            if facts.get(name):
                rule(facts[name])
        except ValueError as error:
            raise ValueError(f"{name} {error}") from error
    if not BASE_PATH.fullmatch(facts.get("base_path", "")):
        raise ValueError("base_path must begin with / and hold no ? or #")


def _key_in(text: str) -> tuple[KeyPlace, str]:
    found = KEY_IN.fullmatch(text)
    if found is None:
        raise ValueError('key_in must read like "header:x-apikey" or "query:apikey"')
    return KeyPlace(found[1]), found[2]


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
