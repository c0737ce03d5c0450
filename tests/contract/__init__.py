"""One set of cases for the Apigee ports: the fake, and the adapter on both flavours.

What needs nothing but the ports is a case of the truth kit, run here as well; these are those that
need a prepared organization, count calls or lose answers.
"""
