"""What the settings model looks like from outside: tables, tables by name, and secrets."""

from typing import Final, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

PREFIX: Final = "PORTAL_"
DEFAULT_NAME: Final = "default"

Model = type[BaseModel]
Path = tuple[str, ...]


def section_of(field: FieldInfo) -> Model | None:
    """Return the model of a table, or None for any other setting."""
    return _model(field.annotation)


def named_section_of(field: FieldInfo) -> Model | None:
    """Return the model of tables by name (``[oidc.corp]``), or None for any other setting."""
    if get_origin(field.annotation) is not dict:
        return None
    return _model(get_args(field.annotation)[1])


def is_secret(field: FieldInfo) -> bool:
    """Tell whether the setting holds a secret, or a list of them."""
    kinds = [field.annotation, *get_args(field.annotation)]
    return any(kind is SecretStr or SecretStr in get_args(kind) for kind in kinds)


def variable(path: Path) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + "__".join(part.upper().replace("-", "_") for part in path)


def variables_of(model: Model, above: Path = ()) -> list[str]:
    """Return every variable there is, with ``NAME`` where a table's name goes."""
    names: list[str] = []
    for name, field in model.model_fields.items():
        path = (*above, name)
        if section := section_of(field):
            names += variables_of(section, path)
        elif named := named_section_of(field):
            names += variables_of(named, path) + variables_of(named, (*path, "name"))
        else:
            names += [variable(path), f"{variable(path)}_FILE"][: 1 + is_secret(field)]
    return names


def _model(annotation: object) -> Model | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None
