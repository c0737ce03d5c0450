"""Which Apigee an organization lives on."""

from enum import StrEnum


class Flavor(StrEnum):
    """Apigee X and hybrid write times as texts and leave empty fields out; Edge does neither."""

    X = "x"
    EDGE = "edge"
