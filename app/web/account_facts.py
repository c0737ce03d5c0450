"""What is kept about an account as plain facts, for files and programs."""

from app.services.account_port import AccountRecord


def account_facts(record: AccountRecord) -> dict[str, object]:
    """Return who it is, with which roles, as which developer; moments are ISO 8601 in UTC."""
    account, seen = record.account, record.last_sign_in_at
    return {
        "issuer": account.issuer,
        "subject": account.subject,
        "email": account.email,
        "email_verified": account.email_verified,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "names_are_own": account.names_edited,
        "user_name": account.user_name,
        "provider_roles": sorted(account.claimed_roles),
        "granted_roles": sorted(account.granted_roles),
        "developer_email": account.developer_email,
        "developer_id": account.developer_id,
        "created_at": record.created_at.isoformat(),
        "last_sign_in_at": seen.isoformat() if seen else None,
    }
