"""Who owns an app: the developer or the group that its address names."""

from emulator.calls import Call
from emulator.developers import find_developer
from emulator.groups import find_group
from emulator.model import Developer, Owner


def find_owner(call: Call) -> Owner:
    """The developer, AppGroup or company of the address; raises 404."""
    return find_developer(call) if "developer" in call.names else find_group(call)


def owned_by(owner: Owner) -> dict[str, str]:
    """The fields of an app that say whose it is."""
    if isinstance(owner, Developer):
        return {"developer_id": owner.developer_id}
    return {"group": owner.name}


def created(call: Call) -> int:
    """The status of a create below the owner: there is a doubt about AppGroups only."""
    group = call.site.flavor == "x" and "group" in call.names
    return call.switches.group_create_status if group else 201
