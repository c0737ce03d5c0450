"""``python -m app``: the command ``portal`` in a checkout, where nothing is installed."""

from app.command import main

main()
