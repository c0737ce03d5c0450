"""What the portal writes to people by mail, and how it is sent later."""
