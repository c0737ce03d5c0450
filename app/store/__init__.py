"""The portal's own database: plain SQLAlchemy, one module per table family."""
