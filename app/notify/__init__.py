"""Mail: written from templates, carried by SMTP. Nothing else of the portal speaks SMTP."""
