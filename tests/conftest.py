"""What every ring shares: the answers of every local Apigee started in a test are checked."""

pytest_plugins = ("tests.conformance.plugin",)
