"""How the admin looks: the settings of the theme."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse


def _stylesheet(request: HttpRequest) -> str:
    return static("migrator_site/admin.css")


def _favicon(request: HttpRequest) -> str:
    return static("migrator_site/favicon.svg")


def _after_login(request: HttpRequest) -> str:
    return reverse("admin:index")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Legacy → UUID migrator",
    "SITE_HEADER": "Legacy → UUID migrator",
    "SITE_SYMBOL": "move_down",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "LOGIN": {"redirect_after": _after_login},
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "ENVIRONMENT": "migrator_site.dashboard.environment",
    "DASHBOARD_CALLBACK": "migrator_site.dashboard.dashboard",
    "STYLES": [_stylesheet],
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "migrator_site.navigation.navigation",
    },
    #: Tailwind's indigo: none of the colours that states and outcomes have.
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        },
    },
}
