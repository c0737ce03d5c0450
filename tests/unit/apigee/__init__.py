"""The Apigee client: addresses, deadlines, errors, credentials and the two wire formats."""
