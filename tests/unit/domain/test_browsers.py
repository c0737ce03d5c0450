"""Browsers by their own description, in words that their owner recognizes."""

import pytest

from app.domain.browsers import browser_words

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
)
KNOWN = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    CHROME: "Chrome on Windows",
    f"{CHROME} Edg/141.0": "Edge on Windows",
    f"{CHROME} OPR/120": "Opera on Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15": "Safari on macOS",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Safari/604.1": "Safari on iPhone",
    "Mozilla/5.0 (iPad; CPU OS 26_0 like Mac OS X) CriOS/141 Safari/604.1": "Chrome on iPad",
    "Mozilla/5.0 (Linux; Android 16) Chrome/141.0 Mobile Safari/537.36": "Chrome on Android",
    "Mozilla/5.0 (X11; CrOS x86_64 1) Chrome/141.0 Safari/537.36": "Chrome on ChromeOS",
    "Firefox/140.0": "Firefox",
    "curl/8.5.0": "Unknown browser",
    "": "Unknown browser",
    "<script>alert(1)</script>" * 100: "Unknown browser",
}


@pytest.mark.parametrize("user_agent", KNOWN)
def test_a_browser_is_named_with_its_system(user_agent: str) -> None:
    assert browser_words(user_agent) == KNOWN[user_agent]
