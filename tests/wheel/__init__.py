"""The wheel: what is in it, and that it serves the portal where there is nothing else of ours."""
