"""The pages of the content folder: Markdown below ``docs/``, their side bar and their files."""
