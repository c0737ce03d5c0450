"""The OpenID Connect relying party: finds a provider, sends people there, checks who came back."""
