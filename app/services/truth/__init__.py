"""The truth kit: what a real organization is checked with, and what is kept about it.

Loaded by the command ``conformance`` only; the cases are also run by the tests, on the fake Apigee
and on the local one.
"""
