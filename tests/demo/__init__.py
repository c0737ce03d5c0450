"""The demo: its provider, its seed and its content."""
