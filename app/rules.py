"""The settings as the rules that the services follow."""

from datetime import timedelta

from app.configuration.apigee import Flavor
from app.domain.approvals import ProductOwners
from app.domain.people import Roles
from app.domain.policy import AccountPolicy, AppPolicy, CallbackRule, Deletion, KeyPolicy
from app.domain.registrations import Existing, ExtraField, Policy
from app.operator_rules import operator_policy
from app.services.ingredients import CacheAges, Rules
from app.services.portal import Presentation
from app.services.registration_rules import RegistrationRules
from app.services.session_port import SessionLimits, SessionRules
from app.services.status.inside import Setting
from app.services.try_it.port import TryItPolicy
from app.settings import Settings


def rules(settings: Settings) -> Rules:
    """Return what the operator chose."""
    return Rules(
        organization=settings.apigee.organization,
        presentation=_presentation(settings),
        access=settings.access_rule,
        roles=Roles({name: role.rights for name, role in settings.roles.items()}),
        registration=_registration(settings),
        session_rules=_sessions(settings),
        cache=_ages(settings),
        setting=_setting(settings),
        keys=_keys(settings),
        apps=_apps(settings),
        dangerous=settings.step_up.dangerous,
        accounts=_accounts(settings),
        mail_office=settings.mail.office,
        operator=operator_policy(settings.policy),
        finds_keys=settings.apigee.flavor is Flavor.X,
        sync_every=timedelta(minutes=settings.sync.every) if settings.sync.every else None,
        product_owners=ProductOwners(settings.products.owners),
        scan_every=timedelta(minutes=settings.approvals.scan_minutes) or None,
        try_it=_try_it(settings),
    )


def _try_it(settings: Settings) -> TryItPolicy:
    """Calls hold their threads: together they get a quarter of those that a process has."""
    chosen = settings.try_it
    return TryItPolicy(
        is_on=chosen.enabled,
        destinations=chosen.destinations,
        production=frozenset(name.lower() for name in chosen.production),
        most_at_once=max(1, settings.server_threads // 4),
    )


def _setting(settings: Settings) -> Setting:
    dialect = settings.database_address.partition(":")[0].partition("+")[0]
    return Setting(dialect, settings.redis_url is not None, settings.is_https)


def _registration(settings: Settings) -> RegistrationRules:
    chosen = settings.registration
    return RegistrationRules(
        policy=Policy(chosen.policy),
        existing=Existing(chosen.existing),
        domains=frozenset(chosen.domains),
        inactive_first=chosen.new_developers == "inactive",
        fields=tuple(
            ExtraField(name, **asked.model_dump()) for name, asked in chosen.attributes.items()
        ),
        terms_version=chosen.terms_version,
        terms_url=chosen.terms_url,
        lower_case=settings.apigee.flavor is Flavor.X,
        own_names=settings.accounts.names == "person",
    )


def _sessions(settings: Settings) -> SessionRules:
    chosen = settings.sessions
    return SessionRules(
        everyone=_limits(chosen.idle_minutes, chosen.absolute_hours),
        staff=_limits(chosen.staff_idle_minutes, chosen.staff_absolute_hours),
        check_every=timedelta(minutes=chosen.check_minutes) if chosen.check_minutes else None,
    )


def _limits(idle_minutes: int, absolute_hours: int) -> SessionLimits:
    return SessionLimits(timedelta(minutes=idle_minutes), timedelta(hours=absolute_hours))


def _ages(settings: Settings) -> CacheAges:
    chosen = settings.cache
    return CacheAges(
        apps=chosen.apps_seconds,
        products=chosen.products_seconds,
        developers=chosen.developers_seconds,
        usage=chosen.usage_seconds,
    )


def _presentation(settings: Settings) -> Presentation:
    return Presentation(
        name=settings.branding.name,
        tagline=settings.branding.tagline,
        support_contact=settings.support_contact,
        public_url=settings.public_url,
        public_reading=settings.public_reading,
        product_labels=settings.products.attributes,
    )


def _accounts(settings: Settings) -> AccountPolicy:
    chosen = settings.accounts
    return AccountPolicy(
        can_rename=chosen.names == "person",
        deletion=Deletion(chosen.deletion),
        is_address_fixed=settings.apigee.flavor is Flavor.X,
    )


def _keys(settings: Settings) -> KeyPolicy:
    chosen = settings.keys
    return KeyPolicy(
        default_days=chosen.default_days or None,
        longest_days=chosen.longest_days or None,
        keys_per_app=chosen.per_app,
        shown_once=chosen.reveal == "once",
    )


def _apps(settings: Settings) -> AppPolicy:
    chosen = settings.apps
    return AppPolicy(
        apps_per_developer=chosen.per_developer or None,
        required_products=chosen.required_products,
        default_products=chosen.default_products,
        one_product=chosen.one_product,
        callback=CallbackRule(chosen.callback),
        schemes=chosen.callback_schemes,
        attributes=chosen.attributes,
        editable=frozenset(chosen.editable_attributes),
    )
