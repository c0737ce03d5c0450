"""What the portal knows about developers, apps, keys, products and people: no I/O in here."""
