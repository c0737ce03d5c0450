"""The measurements themselves: what they judge, and that they leave nothing behind."""
