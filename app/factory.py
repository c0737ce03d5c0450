"""The composition root: the only place that knows which class does what."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app import cli, resources, upstream, watching
from app.all_blueprints import BLUEPRINTS
from app.apigee.connect import Apigee
from app.apigee.hints import hint
from app.apigee.lanes import Kind
from app.configuration.apigee import Flavor
from app.configuration.folders import writable
from app.content_ports import cached, catalogue, reading_ports
from app.domain.addresses import split_address
from app.domain.clock import Clock, SystemClock
from app.domain.outgoing import Outgoing
from app.domain.truth import Patience
from app.flask_options import options, refuse_what_is_for_trying_out
from app.identity.advice import advice
from app.identity.assertion import Assertions
from app.identity.provider import providers
from app.mail_ports import mail_ports
from app.preview import previewed
from app.provider_configs import assertion_config, provider_configs
from app.rules import rules
from app.services.assembly import assemble
from app.services.figures.port import Figures
from app.services.ingredients import ApigeePorts, Elsewhere, Ports, Sharing, StorePorts
from app.services.mail.port import MailPorts
from app.services.meter import Meter
from app.services.parallel import Fan, Pool
from app.services.portal import Portal
from app.services.status.outside import Advice
from app.services.truth.port import Conformance
from app.services.try_it.port import TryItPorts
from app.settings import Settings
from app.store.account_book import AccountBookStore
from app.store.accounts import AccountStore
from app.store.approvals import AccessQueueStore
from app.store.audit import AuditStore
from app.store.audit_keeping import AuditKeepingStore
from app.store.base import Bound
from app.store.cipher import Cipher
from app.store.creations import CreationStore
from app.store.developer_bulks import BulkStore
from app.store.developers import DeveloperStore
from app.store.engine import metadata, tune
from app.store.exports import ExportStore
from app.store.fingerprint import Fingerprint
from app.store.grants import GrantStore
from app.store.installation import InstallationStore
from app.store.jobs import JobStore
from app.store.mails import MailStore
from app.store.notes import NoteStore
from app.store.registrations import RegistrationStore
from app.store.session_checks import SessionCheckStore
from app.store.sessions import SignInSessionStore
from app.store.sync_runs import SyncRunStore
from app.store.sync_sides import SyncSideStore
from app.tryit.sender import Sender
from app.web import (
    assertion,
    compression,
    confirming,
    errors,
    extensions,
    htmx,
    logs,
    mounting,
    request_id,
    security,
    sessions,
    static_files,
    templating,
    viewing,
)
from app.web import watching as counting
from app.web.application import Application
from app.web.audit_stream import AuditStream
from app.web.blocked_content import BlockedContent
from app.web.context import Anonymous, CurrentUser, person
from app.web.media_name import MediaName
from app.web.row_numbers import RowNumber


def create_app(settings: Settings, replace: Callable[[Ports], Ports] | None = None) -> Flask:
    """Build the application; ``replace`` may exchange ports before the services get them.

    Nothing is connected here: whatever is outside is reached when it is first needed.
    """
    logs.configure(settings.log_level)
    app = Application(
        "portal",
        root_path=str(resources.ROOT),
        template_folder=str(resources.TEMPLATES),
        static_folder=str(resources.STATIC),
    )
    refuse_what_is_for_trying_out(settings, debug=app.debug)
    app.config.from_mapping(options(settings))
    app.session_interface = sessions.Sessions(
        settings.cookie_name,
        settings.cookie_path,
        secure=settings.is_https,
        framed=bool(settings.embedding.frame_ancestors),
    )
    _install_first(app, settings)
    extensions.bind(app, metadata)
    ports = _ports(settings, app)
    portal = assemble(replace(ports) if replace else ports, rules(settings))
    app.extensions["portal"] = portal
    _install(app, settings, portal)
    return app


def _install_first(app: Flask, settings: Settings) -> None:
    """Come before the extensions' hooks: what these refuse has an id and a line in the log too."""
    compression.install(app)
    logs.install(app, _account_id)
    if settings.metrics_token.get_secret_value():
        counting.install(app)
    request_id.install(app, is_believed=settings.proxy.hops > 0)
    leading = [provider.issuer for provider in settings.oidc.values()]
    leading += [
        url for url in (settings.assertion.sign_out_url,) if not url.startswith("/") and url
    ]
    targets = [f"{each.scheme}://{each.netloc}" for each in map(split_address, leading)]
    ancestors = settings.embedding.frame_ancestors
    app.extensions["blocked_content"] = BlockedContent()
    security.install(
        app,
        is_https=settings.is_https,
        origin=settings.public_origin,
        form_targets=targets,
        ancestors=ancestors,
        reports=f"{settings.public_path}/csp-report",
    )
    sessions.install(app)
    if settings.assertion.header:
        assertion.install(app, settings.assertion.header)
    confirming.install(app)
    viewing.install(app)


def _install(app: Flask, settings: Settings, portal: Portal) -> None:
    htmx.install(app)
    errors.install(app)
    extensions.login.user_loader(viewing.load_user)
    extensions.login.anonymous_user = Anonymous
    app.url_map.converters.update(int=RowNumber, media=MediaName)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    static_files.install(app)
    templating.install(app, portal)
    if settings.assertion.header:
        outgoing = settings.http.outgoing.or_as_in(os.environ)
        proxy = Assertions(assertion_config(settings.assertion), portal.clock, outgoing)
        app.extensions["assertions"] = proxy
    app.extensions["preview"] = lambda origin: create_app(previewed(settings, origin))
    cli.install(app, partial(_conformance, settings))
    mounting.install(app, settings.public_host, settings.public_path, settings.proxy.believed)


def _ports(settings: Settings, app: Flask) -> Ports:
    meter, clock, figures = Meter(), SystemClock(), watching.figures_of(settings)
    pool, stream = Pool(settings.server_threads), AuditStream(settings.audit.stream, clock)
    engine, outgoing = _engine(app), settings.http.outgoing.or_as_in(os.environ)
    installation, folder = InstallationStore(sessionmaker(engine)), cached(settings)
    apigee = upstream.connected(settings, outgoing, meter, installation.fingerprint_key, figures)
    apis = catalogue(settings, folder)
    return Ports(
        apigee=_apigee_ports(apigee),
        further=_further(settings, outgoing, meter, installation, figures),
        at_once=Fan(settings.server_threads, meter),
        store=_store(settings, engine, stream),
        apis=apis,
        reading=reading_ports(settings, apis, folder, pool.start),
        providers=providers(provider_configs(settings.oidc), clock, outgoing),
        cache=extensions.facts(app),
        parallel=pool,
        start=pool.start,
        clock=clock,
        meter=meter,
        fingerprint=Fingerprint(installation.fingerprint_key),
        audit_stream=stream,
        mail=_mail(settings, engine, clock, outgoing),
        try_it=_try_it(settings, outgoing),
        watching=watching.watching(settings, figures, engine, apigee),
        advice=Advice(hint, advice),
        sharing=Sharing(extensions.cache_answers, extensions.cache_turn),
        gate=apigee.client.place,
        analytics_gate=partial(apigee.client.place, Kind.ANALYTICS),
    )


def _apigee_ports(apigee: Apigee) -> ApigeePorts:
    return ApigeePorts(
        organization=apigee.organization,
        developers=apigee.developers,
        apps=apigee.apps,
        organization_apps=apigee.organization_apps,
        keys=apigee.keys,
        products=apigee.products,
        stats=apigee.stats,
    )


def _try_it(settings: Settings, outgoing: Outgoing) -> TryItPorts:
    sender = Sender(settings.try_it.destinations, outgoing.ca_file)
    return TryItPorts(sender, request_id.current)


def _mail(settings: Settings, engine: Engine, clock: Clock, outgoing: Outgoing) -> MailPorts | None:
    mails = MailStore(sessionmaker(engine), _cipher(settings), settings.apigee.organization)
    return mail_ports(settings, resources.TEMPLATES, mails, clock, outgoing)


def _further(
    settings: Settings,
    outgoing: Outgoing,
    meter: Meter,
    installation: InstallationStore,
    figures: Figures,
) -> dict[str, Elsewhere]:
    known = upstream.further(settings, outgoing, meter, installation.fingerprint_key, figures)
    return {
        name: Elsewhere(_apigee_ports(apigee), settings.organizations[name].flavor is Flavor.X)
        for name, apigee in known.items()
    }


def _engine(app: Flask) -> Engine:
    with app.app_context():
        engine = extensions.db.engine
    tune(engine)
    if engine.url.database and engine.dialect.name == "sqlite":
        writable("PORTAL_DATABASE_URL", Path(engine.url.database).parent)
    return engine


def _store(settings: Settings, engine: Engine, stream: AuditStream) -> StorePorts:
    session = Bound(lambda: cast(Session, extensions.db.session()), engine)
    organization = settings.apigee.organization
    # A worker's threads have no Flask context to share a session in, and an audit row is kept
    # whatever becomes of the work around it.
    own, cipher = Bound(sessionmaker(engine), engine), _cipher(settings)
    jobs = JobStore(own, organization)
    return StorePorts(
        accounts=AccountStore(session, organization),
        book=AccountBookStore(session, organization),
        grants=GrantStore(session),
        sessions=SignInSessionStore(session, cipher, organization),
        checks=SessionCheckStore(session, cipher),
        index=DeveloperStore(session, organization),
        audit=AuditStore(own, stream.row),
        audit_keeper=AuditKeepingStore(own, stream.row),
        creations=CreationStore(session, organization),
        notes=NoteStore(session, organization),
        jobs=jobs,
        queue=jobs,
        registrations=RegistrationStore(session, organization),
        bulks=BulkStore(own, organization),
        sync_runs=SyncRunStore(own, organization),
        sync_sides=SyncSideStore(own, organization),
        exports=ExportStore(session, cipher, organization),
        access_queue=AccessQueueStore(session, organization),
        ready=partial(watching.is_ready, engine),
    )


def _cipher(settings: Settings) -> Cipher:
    fallbacks = [key.get_secret_value() for key in settings.secret_key_fallbacks]
    return Cipher(settings.secret_key.get_secret_value(), fallbacks)


def _conformance(settings: Settings, organization: str, folder: Path) -> Conformance:
    """Return the truth kit; only its command pays for loading it."""
    from app.truth_kit import kit  # noqa: PLC0415 - see above

    return kit(settings, organization, folder, Patience())


def _account_id() -> int | None:
    who = person()
    return who.acting.account_id if isinstance(who, CurrentUser) else None
