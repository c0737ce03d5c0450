"""The policy for browsers."""

from app.web.security import content_security_policy


def test_nothing_inline_and_nothing_foreign_is_allowed() -> None:
    policy = content_security_policy(()).split("; ")
    assert policy[0] == "default-src 'none'"
    assert "form-action 'self'" in policy
    assert not any("unsafe" in part or "*" in part or "http" in part for part in policy)


def test_forms_may_lead_to_the_providers() -> None:
    policy = content_security_policy(("https://a.example", "https://b.example"))
    assert policy.endswith("form-action 'self' https://a.example https://b.example")
