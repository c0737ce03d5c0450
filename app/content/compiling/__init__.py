"""API documents taken apart once, so that a page reads from the shelf what it shows."""
