"""Developers in further organizations beside the portal's own: their status there."""
