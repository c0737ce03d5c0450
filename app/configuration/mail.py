"""The table of mail: the server, whom mails come from, and the operator's own templates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator

from app.configuration.section import Section
from app.domain.addresses import is_loopback
from app.domain.mail import is_address


def _address(text: str) -> str:
    if text and not is_address(text):
        raise ValueError("must be an e-mail address such as portal@example.com")
    return text


MailAddress = Annotated[str, AfterValidator(_address)]


class Mail(Section):
    """How the portal sends mail; without host and folder it sends none. See docs/mail.md."""

    host: str = Field("", description="The SMTP server, such as smtp.example.com.")
    port: int = Field(587, ge=1, le=65535, description="Its port; 465 is usual for tls.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="starttls: encrypted before anything is said, or not at all; tls: encrypted "
        "from the start; none: readable on the way.",
    )
    user: str = Field("", description="Who signs in at the server; empty = nobody does.")
    password: SecretStr | None = Field(None, description="The user's password.")
    sender: MailAddress = Field("", description="Address that mails come from; needed for any.")
    sender_name: str = Field("", description="Name beside it; empty = the portal's.")
    reply_to: MailAddress = Field("", description="Address that answers go to; empty = sender.")
    office: tuple[MailAddress, ...] = Field(
        (),
        description="Addresses that are told when somebody waits for an administrator; empty = "
        "every administrator with a verified address, at most 50.",
    )
    templates: Path | None = Field(
        None, description="Folder with your own templates in the place of the portal's."
    )
    folder: Path | None = Field(
        None, description="Folder that mails are written to in place of being sent, to try out."
    )

    @field_validator("password", "templates", "folder", mode="before")
    @classmethod
    def _given_or_none(cls, value: object) -> object:
        return value or None

    @field_validator("templates")
    @classmethod
    def _is_there(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError("must be a folder that is there")
        return folder

    def contradictions(self) -> Iterator[str]:
        if self.host and self.folder:
            yield "folder and host exclude each other: remove one"
        if (self.host or self.folder) and not self.sender:
            yield "sender is needed: name the address that mails come from"
        if bool(self.user) != bool(self.password):
            yield "user and password need each other: set both, or neither"
        if self.user and self.security == "none" and not is_loopback(self.host):
            yield "security none would show the password to everybody on the way: use starttls"
