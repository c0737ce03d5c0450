"""What people read: API reference and documentation, with one rule of who may see what."""
