"""The one error of the settings, with everything that is wrong in it."""

from collections.abc import Iterable


class ConfigurationError(Exception):
    """The portal refuses to start; ``problems`` names every setting and what to do.

    No problem ever holds the value of a secret.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(f"The portal cannot start with these settings:{lines}")
