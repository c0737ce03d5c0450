"""My Apps: a developer's own apps and their keys, which also stand on the administrator's side."""
