"""Asking a real organization what Apigee's documents leave open, in raw JSON.

Loaded by the command ``conformance`` only.
"""
