"""A small sample API: weather computed from the city and the day, the same for all who ask."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

DEFAULT_CITY = "Lisbon"
DEFAULT_DAYS = 3
MAX_DAYS = 7
MAX_CITY = 100

_CONDITIONS = ("sunny", "partly cloudy", "cloudy", "light rain", "rain", "windy", "fog")


def answer(path: str, query: Mapping[str, str], now: float) -> tuple[int, dict[str, Any]]:
    """Status and body for a path below the proxy; `now` in seconds since 1970."""
    today = datetime.fromtimestamp(now, UTC).date()
    city = (query.get("city") or DEFAULT_CITY)[:MAX_CITY]
    if path == "/today":
        return 200, {"city": city, **_day(city, today)}
    if path == "/forecast":
        return _forecast(city, query.get("days", ""), today)
    return 404, {"error": f"There is no weather at {path}"}


def _forecast(city: str, raw: str, today: date) -> tuple[int, dict[str, Any]]:
    days = int(raw) if raw.isascii() and raw.isdigit() else 0
    days = DEFAULT_DAYS if raw == "" else days
    if not 1 <= days <= MAX_DAYS:
        return 400, {"error": f"days is a number from 1 to {MAX_DAYS}"}
    coming = [_day(city, today + timedelta(days=each)) for each in range(days)]
    return 200, {"city": city, "days": coming}


def _day(city: str, day: date) -> dict[str, Any]:
    seed = hashlib.sha256(f"{city.casefold()}|{day.isoformat()}".encode()).digest()
    return {
        "date": day.isoformat(),
        "condition": _CONDITIONS[seed[0] % len(_CONDITIONS)],
        "temperature_celsius": seed[1] % 35 - 3,
        "humidity_percent": 30 + seed[2] % 65,
        "wind_kph": seed[3] % 60,
    }
