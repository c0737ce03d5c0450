"""Mail: words, envelopes, and a real SMTP server."""
