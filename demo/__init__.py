"""The demo: the portal with a local Apigee and a certified sign-in, all on this machine."""
