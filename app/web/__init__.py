"""What the routes share; the last layer that may import Flask."""
