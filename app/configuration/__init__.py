"""How the settings are read: sources, sections, checks and the example file."""
