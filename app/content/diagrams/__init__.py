"""Mermaid diagrams, drawn once by Node and kept as files."""
