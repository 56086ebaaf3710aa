"""Who acts, when somebody comes in through the admin."""

from __future__ import annotations

from django.http import HttpRequest

from runs.actors import Actor


def by_request(request: HttpRequest) -> Actor:
    """The user who is logged in, for `with acting(by_request(request)):`."""
    return Actor(request.user.get_username(), "admin", request.user.pk)
