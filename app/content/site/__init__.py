"""What the content folder says about the portal as a whole: frame, theme and home page."""
