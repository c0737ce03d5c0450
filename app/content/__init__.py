"""The content folder: the APIs that the portal explains, read from files."""
