"""Try-it: calls of published operations with the developer's own keys."""
