"""The portal for whoever writes its content: on this machine, as visitors see it."""

from app.settings import Settings


def previewed(settings: Settings, origin: str) -> Settings:
    """Return the settings of a portal at another origin that looks at its files each time.

    Whoever starts it can read the files anyhow, so visitors may read.
    """
    return settings.model_copy(
        update={
            "public_url": f"{origin}{settings.public_path}",
            "public_reading": True,
            "content": settings.content.model_copy(update={"reload": True}),
        }
    )
