"""The pages that come with the portal: their places, for whoever leads to one of them."""

from typing import Final

FOLDER: Final = "help"
FIRST_CALL: Final = "your-first-call"
APPS_AND_KEYS: Final = "apps-and-keys"
REPLACE_A_KEY: Final = "replace-a-key"
WHEN_A_CALL_FAILS: Final = "when-a-call-fails"
NAMES: Final = (FIRST_CALL, APPS_AND_KEYS, REPLACE_A_KEY, WHEN_A_CALL_FAILS)
PATHS: Final = frozenset(f"{FOLDER}/{name}" for name in NAMES)
