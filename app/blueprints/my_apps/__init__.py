"""My Apps: the signed-in developer's own apps and their keys."""
