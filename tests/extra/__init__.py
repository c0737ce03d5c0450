"""What needs more than Python, Node and a browser; run by ``make test-extra`` only."""
