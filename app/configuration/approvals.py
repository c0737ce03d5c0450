"""The settings of approvals: how often Apigee is looked through for what waits."""

from pydantic import Field, NonNegativeInt

from app.configuration.section import Section


class Approvals(Section):
    """Looking for access that was asked for elsewhere, and for keys that end soon."""

    scan_minutes: NonNegativeInt = Field(
        60,
        description="Minutes between two looks at every app of the organization (a call per 1000 "
        "apps); 0 = only when somebody asks for it.",
    )
