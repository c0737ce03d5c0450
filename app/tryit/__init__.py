"""The only sender of Try-it's calls."""
