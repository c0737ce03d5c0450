"""Markdown of the operator and of API documents, turned into HTML that can do no harm."""
