"""Finding the class with the operator's own rules, named in the settings as ``module:Class``."""

from importlib import import_module
from typing import cast

from app.configuration.errors import ConfigurationError
from app.services.operator import NoFurtherRules, OperatorPolicy

METHODS = ("may_request", "before_write", "after_write")


def operator_policy(named: str) -> OperatorPolicy:
    """Return the operator's rules, none where no class is named.

    Raises ``ConfigurationError`` for what cannot be imported, made or asked.
    """
    if not named:
        return NoFurtherRules()
    module, _, name = named.partition(":")
    if not (module and name.isidentifier()):
        raise _refused(named, "must read like company_rules:CompanyRules")
    try:
        kind = getattr(import_module(module), name, None)
        made = kind() if isinstance(kind, type) else None
    except Exception as error:
        raise _refused(named, f"cannot be loaded: {type(error).__name__}: {error}") from error
    if made is None:
        raise _refused(named, f"the module {module} has no class {name}")
    missing = [method for method in METHODS if not callable(getattr(made, method, None))]
    if missing:
        raise _refused(named, f"the class has no method {missing[0]}")
    return cast(OperatorPolicy, made)


def _refused(named: str, why: str) -> ConfigurationError:
    return ConfigurationError([f"PORTAL_POLICY ({named}): {why}"])
