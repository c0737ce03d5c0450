"""The settings of the content as its adapters want them."""

from collections.abc import Callable, Container
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from app.content.cache_folder import cache_folder
from app.content.catalogue import ContentCatalogue
from app.content.compiling.workshop import Workshop
from app.content.diagrams.diagrams import Diagrams
from app.content.pages.library import CHECK_SECONDS, ContentPages, Options
from app.content.reference.library import ReferenceLibrary
from app.content.search.file import IndexFile
from app.content.search.index import ContentSearch
from app.content.search.sources import ContentSources
from app.content.shelf import Shelf
from app.content.shipped import pages as shipped
from app.content.site.library import ContentSite
from app.domain.documentation import Sample
from app.domain.people import Roles
from app.resources import ROOT
from app.services.approvals.scan import NOTICES
from app.services.ports import Start
from app.services.reading.ports import ReadingPorts
from app.services.try_it.checks import TryItChecks
from app.settings import Settings

Folder = Callable[[], Path]
TOKENS: Final = ROOT / "static" / "css" / "tokens.css"


def cached(settings: Settings) -> Folder:
    """Return who says where the cache folder is, and makes it when it is needed first."""
    lock = Lock()

    @cache
    def made() -> Path:
        return cache_folder(settings.content.cache_dir)

    def folder() -> Path:
        with lock:
            return made()

    return folder


def catalogue(settings: Settings, folder: Folder) -> ContentCatalogue:
    """Return the APIs of the content folder; what is made of them lies in the cache folder."""
    return ContentCatalogue(settings.content_dir, Workshop(Shelf(folder)))


def reading_ports(
    settings: Settings, apis: ContentCatalogue, folder: Folder, start: Start
) -> ReadingPorts:
    """Return the ports of what people read."""
    options = _options(settings)
    diagrams = Diagrams(lambda: folder() / "diagrams", start)
    pages = ContentPages(settings.content_dir, _operations(apis), diagrams, options)
    site = ContentSite(
        settings.content_dir, options.roles, TOKENS, options.variables, options.seconds
    )
    calls = TryItChecks(apis, settings.try_it.destinations)
    checked = (pages, site, apis, *((calls,) if settings.try_it.enabled else ()))
    references, is_written = ReferenceLibrary(apis), settings.content.reload
    search = ContentSearch(ContentSources(pages, apis), IndexFile(folder), start)
    return ReadingPorts(
        *(references, pages, site, search),
        checked=checked,
        is_written=is_written,
        prepare=apis.prepare,
        first_call=Sample(*chosen) if (chosen := settings.content.first_call.split()) else None,
    )


def _options(settings: Settings) -> Options:
    roles = Roles({name: role.rights for name, role in settings.roles.items()})
    return Options(
        roles=frozenset(roles.by_name),
        variables={
            "portal_name": settings.branding.name,
            "portal_url": settings.public_url,
            "support_contact": settings.support_contact,
            "support_link": _support_link(settings.support_contact),
        },
        seconds=0 if settings.content.reload else CHECK_SECONDS,
        shipped=shipped.written(_facts(settings), settings.content.without),
    )


def _notices(settings: Settings) -> tuple[int, ...]:
    """Return how many days before its end a key's developer is told of it."""
    return tuple(sorted(NOTICES, reverse=True)) if settings.approvals.scan_minutes else ()


def _support_link(contact: str) -> str:
    return contact if "//" in contact or not contact else f"mailto:{contact}"


def _facts(settings: Settings) -> shipped.Facts:
    """Return what the pages that come with the portal say of it."""
    asked, keys, apps, mail = settings.registration, settings.keys, settings.apps, settings.mail
    sends_mail = bool(mail.host or mail.folder)
    return shipped.Facts(
        first_call=settings.content.first_call,
        has_sign_in=not settings.assertion.header,
        has_support=bool(settings.support_contact),
        sends_mail=sends_mail,
        registration=asked.policy,
        domains=asked.domains,
        has_terms=bool(asked.terms_version),
        starts_inactive=asked.new_developers == "inactive",
        asks_for_callback=apps.callback == "always",
        one_product=apps.one_product,
        adds_products=bool(apps.required_products),
        apps_per_developer=apps.per_developer,
        keys_per_app=keys.per_app,
        default_days=keys.default_days,
        longest_days=keys.longest_days,
        shown_once=keys.reveal == "once",
        has_try_it=settings.try_it.enabled,
        notices=_notices(settings) if sends_mail else (),
        fresh=frozenset(action.value for action in settings.step_up.dangerous),
    )


class _NotKnownYet:
    """The operations of an API whose document is being prepared: any name may be among them."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)


def _operations(apis: ContentCatalogue) -> Callable[[str], Container[str] | None]:
    def operations(slug: str) -> Container[str] | None:
        found = next((api for api in apis.all() if api.slug == slug), None)
        if found is None:
            return None
        if not found.is_prepared:
            return _NotKnownYet()
        return frozenset(operation.operation_id for operation in found.operations)

    return operations
