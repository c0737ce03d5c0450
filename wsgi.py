"""What a server runs in a checkout: ``wsgi:app``; an installed portal is started by its command."""

from app.starting import started

app = started()
