"""The API reference: documents of any version, read part by part into what pages show."""
