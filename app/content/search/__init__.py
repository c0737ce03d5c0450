"""The search index of the content: a file beside the content that may be deleted at any time."""
