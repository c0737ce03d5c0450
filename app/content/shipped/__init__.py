"""Pages that come with the portal, and what they say of how this one is set up."""
