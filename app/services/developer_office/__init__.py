"""One developer in the administrator's hand: details, attributes, address, activity, the end."""
