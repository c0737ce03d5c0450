"""A local Apigee: the management API in the flavours X and Edge, and a small gateway.

`with emulator.run(flavor="x") as local:` starts one on a free port of this machine.
"""

from emulator.edge_login import EdgeSignIn
from emulator.fault_kinds import Fault, fault
from emulator.limits import Limits
from emulator.past_calls import PastCall
from emulator.running import LocalApigee, run
from emulator.seed import generated
from emulator.switch_file import read_switches, write_switches
from emulator.switches import Switches

__all__ = [
    "EdgeSignIn",
    "Fault",
    "Limits",
    "LocalApigee",
    "PastCall",
    "Switches",
    "fault",
    "generated",
    "read_switches",
    "run",
    "write_switches",
]
