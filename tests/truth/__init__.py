"""The truth kit, proven on local Apigees that behave in every way that is thought possible."""
