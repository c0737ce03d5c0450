"""The parts of the web layer that need no route."""
