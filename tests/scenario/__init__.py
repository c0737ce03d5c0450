"""The whole house over real HTTP, watched from its store, its logs and the local Apigee."""
