"""What the portal does: rules, ownership and the audit entries; no Flask, no HTTP, no SQL."""
