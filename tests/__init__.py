"""The tests, one ring to a folder."""
