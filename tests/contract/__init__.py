"""One set of cases for the Apigee ports: the fake, and the adapter on both flavours."""
