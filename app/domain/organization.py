"""An Apigee organization and its environments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Runtime(StrEnum):
    """Where an organization's traffic runs; only X and hybrid name it."""

    CLOUD = "cloud"
    HYBRID = "hybrid"
    EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization with its feature properties, which Apigee gives as texts."""

    name: str
    display_name: str
    runtime: Runtime
    environments: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    project: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an organization of X lives: its Google Cloud project and control plane.

    An empty ``location`` is the global control plane; ``endpoint`` is the management API there.
    """

    organization: str
    project: str
    endpoint: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment of the organization."""

    name: str
    display_name: str = ""
    description: str = ""
