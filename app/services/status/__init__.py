"""How the portal and what it depends on are doing, for whoever runs it."""
