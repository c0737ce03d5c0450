"""Synchronization of the developer index with Apigee."""
