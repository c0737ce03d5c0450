"""The routes over fakes: page, fragment, invalid, taken, not yours, signed out, per resource."""
