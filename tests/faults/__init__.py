"""The whole portal over an Apigee that fails in every way we know."""
