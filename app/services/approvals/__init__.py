"""Who may use which API product: what waits for a decision, and deciding it."""
