"""The table of the settings about synchronization with Apigee."""

from pydantic import Field, NonNegativeInt

from app.configuration.section import Section


class Sync(Section):
    """When the portal brings its list of developers up to what Apigee has."""

    every: NonNegativeInt = Field(
        0,
        description="Minutes between two synchronizations that the worker does by itself; 0 = "
        "none: they are begun on the administration's page or by flask developers sync.",
    )
