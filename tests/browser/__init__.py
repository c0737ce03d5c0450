"""Journeys in a real browser: the portal, the local Apigee and the certified provider."""
