"""Tables for a spreadsheet: the developers of the index, and their apps with products."""
