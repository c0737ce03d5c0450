"""The services about portal accounts in one frozen thing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.jobs import Job, JobKind
from app.services.account_deletion import AccountDeletion
from app.services.account_office import AccountOffice
from app.services.developer_address import DeveloperAddress
from app.services.names import NamesInStep
from app.services.own_account import OwnAccount
from app.services.own_details import OwnDetails


@dataclass(frozen=True, slots=True)
class AccountServices:
    """What people do with their own account, administrators with everybody's, and jobs later."""

    office: AccountOffice
    own: OwnAccount
    deletion: AccountDeletion
    names: NamesInStep
    details: OwnDetails
    address: DeveloperAddress

    def handlers(self) -> Mapping[JobKind, Callable[[Job], None]]:
        """Return what does the jobs about accounts."""
        return {
            JobKind.SEND_NAMES: self.names.run,
            JobKind.FOLLOW_ADDRESS: self.address.run,
            JobKind.DELETE_ACCOUNT: self.deletion.run,
        }
