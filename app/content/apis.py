"""One API of the content: ``apis/<slug>/api.toml`` and the document beside it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.content.compiling.job import Written, key_of
from app.content.compiling.summary import Summary
from app.content.files import ContentError, found_file, read_bytes, read_text
from app.content.openapi import Description
from app.domain.addresses import safe_address, web_address
from app.domain.apis import Api, KeyPlace
from app.domain.call_checks import may_be_sent
from app.domain.styles import Place

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
LARGEST_DOCUMENT: Final = 50_000_000  # bytes
NOTHING_SAID: Final = Description(title="", description="", version="", operations=())


@dataclass(frozen=True, slots=True)
class ApiFolder:
    """An API as it lies in the content: what ``api.toml`` says, and where its document is."""

    slug: str
    facts: Mapping[str, Any]
    document: Written

    @property
    def shown_document(self) -> str:
        """The document's name in messages."""
        return f"{self.slug}/{self.facts['document']}"

    def api(self, found: Summary | None) -> Api:
        """Return the API with what its document says, None while that is being prepared."""
        said = found.description if found else NOTHING_SAID
        facts = self.facts
        place, key_name = facts["key_in"]
        return Api(
            slug=self.slug,
            title=facts.get("title") or said.title or self.slug,
            description=said.description,
            version=facts.get("version") or said.version,
            operations=said.operations,
            products=tuple(facts.get("products", ())),
            environments=tuple(facts.get("environments", ())),
            base_url=facts["base_url"],
            key_place=place,
            key_name=key_name,
            token_url=facts.get("token_url", ""),
            proxy=facts.get("proxy", ""),
            base_path=facts.get("base_path", ""),
            group=facts.get("group", ""),
            webhooks=said.webhooks,
            is_prepared=found is not None,
        )


def read_api(root: Path, folder: Path) -> ApiFolder:
    """Read one API's folder; raise ``ContentError`` naming the file and what to do."""
    if not SLUG.fullmatch(folder.name):
        raise ContentError(folder.name, "rename the folder to small letters, digits and '-'")
    facts = _facts(root, folder)
    name, (_, key_name) = facts["document"], facts["key_in"]
    file = found_file(root, folder, name, LARGEST_DOCUMENT)
    content = read_bytes(file, f"{folder.name}/{name}")
    key = key_of(content, file.suffix.lower(), key_name)
    seen_by = tuple(sorted(facts.get("products", ())))
    place = f"{folder.absolute() / name}"
    return ApiFolder(folder.name, facts, Written(file, key_name, len(content), key, place, seen_by))


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
    place, name = KeyPlace(found[1]), found[2]
    is_free = name.lower() == "authorization" or may_be_sent(name, Place.HEADER)
    if place is KeyPlace.HEADER and not is_free:
        raise ValueError(f"key_in: the header {name} is not one for keys; name another")
    return place, name


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
