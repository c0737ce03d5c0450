"""Fakes of the ports, each proven by the cases of the real adapter."""
