"""What is counted for whoever watches the portal, and how it is told."""
