"""Doing the jobs of the job table."""
