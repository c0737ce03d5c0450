"""The portal's database, on SQLite and on a real PostgreSQL."""
