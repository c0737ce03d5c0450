"""Signing in: against the certified provider, and against one that forges everything."""
