"""The key doctor: why a call fails, as the one first broken link of the chain."""

from dataclasses import dataclass, replace
from typing import Final

from app.domain.chain import Chain, Link, LinkState, Remedy, Step, Who, open_link
from app.domain.fault_codes import COVERAGE, Fault
from app.domain.key_links import app_link, developer_link, expiry_link, key_link
from app.domain.keys import key_status
from app.domain.product_links import product_steps

# Mending one of these leaves the same key with whatever else is wrong with it.
_KEEP_THE_KEY: Final = frozenset({Link.DEVELOPER, Link.APP, Link.KEY})
WAIT: Final = Remedy(
    "Call again in a few minutes. Apigee's gateways may take about 3 minutes to notice a change.",
    Who.NOBODY,
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The chain link by link.

    ``broken`` is the first broken link, ``remedy`` what to do about it, and ``still`` are those
    that go on stopping the call once that is done. ``changed_since`` says
    that Apigee's answer named a link which holds now. ``updating`` says that a right changed a
    moment ago, and the gateways may not know yet.
    """

    steps: tuple[Step, ...]
    broken: Step | None
    remedy: Remedy | None
    fault: Fault | None = None
    changed_since: bool = False
    updating: bool = False
    still: tuple[Step, ...] = ()


def diagnose(chain: Chain, fault: Fault | None = None) -> Diagnosis:
    """Walk the chain, and weigh what Apigee answered against what it holds now."""
    known = fault if fault is not None and fault.is_known else None
    steps = tuple(_with(fault=known, step=step) for step in _steps(chain, known))
    stops = tuple(step for step in steps if step.state is LinkState.BROKEN)
    first = stops[0] if stops else None
    stopped = {step.link for step in stops}
    changed = known is not None and stopped.isdisjoint(known.links)
    return Diagnosis(
        steps=steps,
        broken=first,
        remedy=first.remedy if first else WAIT if known else None,
        fault=fault,
        changed_since=changed,
        updating=_updating(chain),
        still=stops[1:] if first and first.link in _KEEP_THE_KEY else (),
    )


def _steps(chain: Chain, fault: Fault | None) -> tuple[Step, ...]:
    above = (developer_link(chain), app_link(chain), key_link(chain), expiry_link(chain))
    below = tuple(product_steps(chain))
    call = open_link(
        Link.CALL, "The portal does not see your calls, so it cannot tell what they carry."
    )
    steps = (call, *above, *below)
    return _uncovered(steps, fault) if fault and fault.links == COVERAGE else steps


def _uncovered(steps: tuple[Step, ...], fault: Fault) -> tuple[Step, ...]:
    """Without a named call only the fault tells that the products do not cover it."""
    about = [step for step in steps if step.link in COVERAGE]
    states = {step.state for step in about}
    if LinkState.BROKEN in states or LinkState.UNKNOWN not in states:
        return steps
    return tuple(_broken(step, fault) if step.link is Link.PRODUCT else step for step in steps)


def _with(*, step: Step, fault: Fault | None) -> Step:
    """Believe the fault about a link that the portal cannot judge."""
    told = fault is not None and fault.links == (step.link,) and step.state is LinkState.UNKNOWN
    return _broken(step, fault) if fault and told else step


def _broken(step: Step, fault: Fault) -> Step:
    return replace(step, state=LinkState.BROKEN, text=fault.text, remedy=fault.remedy)


def _updating(chain: Chain) -> bool:
    return key_status(
        chain.key,
        developer_active=chain.developer_active,
        app_status=chain.app_status,
        now=chain.now,
        memory=chain.memory,
        existing=chain.catalogue,
    ).updating
