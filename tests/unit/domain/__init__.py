"""Rules that need nothing from outside."""
