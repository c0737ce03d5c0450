"""Building the browser files: Node is found, packages are installed, files are copied."""
