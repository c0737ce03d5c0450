"""The developer portal; this module stays empty so that importing a rule loads nothing else."""
