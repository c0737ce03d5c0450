"""The developer portal; only the version is here, so that importing a rule loads nothing else."""

__version__ = "0.1.0"
