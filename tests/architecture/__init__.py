"""What must hold of the code and the templates as they are written."""
