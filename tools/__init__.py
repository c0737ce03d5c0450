"""What the Makefile does beyond one line: the environment, the browser files, a browser."""
