"""One account for each role, and the views of the admin called by it without rendering a page."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

#: Name here → the role that the account has.
ROLES = {
    "viewer": "Viewer",
    "operator": "Operator",
    "approver": "Approver",
    "privacy": "Privacy",
    "clinic": "Clinical sign-off",
    "finance": "Finance sign-off",
}
#: Everybody with a role, and the superuser.
EVERYBODY = frozenset({*ROLES, "boss"})
NOBODY: frozenset[str] = frozenset()
BOSS = frozenset({"boss"})
OPERATORS = frozenset({"operator", "boss"})
APPROVERS = frozenset({"approver", "boss"})
SEEING = frozenset({"privacy", "boss"})


def accounts() -> dict[str, Any]:
    """All of them, with somebody who is not logged in and a colleague whose account has no role."""
    found: dict[str, Any] = {"anonymous": AnonymousUser(), "newcomer": User.objects.create_user("new", is_staff=True)}
    for name, role in ROLES.items():
        found[name] = User.objects.create_user(name, is_staff=True)
        found[name].groups.add(Group.objects.get(name=role))
    found["boss"] = User.objects.create_superuser("boss")
    return found


def request_of(user: Any, url: str, method: str = "get", data: dict[str, Any] | None = None) -> HttpRequest:
    request: Any = getattr(RequestFactory(), method)(url, data or {})
    request.user = user
    request.session = SessionStore()
    request._messages = CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    return request


def allowed(user: Any, url: str, method: str = "get", data: dict[str, Any] | None = None) -> bool:
    """Whether the view lets the user in. What it does with a request that lacks everything else does not matter."""
    match = resolve(url.partition("?")[0])
    try:
        response = match.func(request_of(user, url, method, data), *match.args, **match.kwargs)
    except PermissionDenied:
        return False
    except Http404:
        return True
    return not _refused(response)


def _refused(response: HttpResponse) -> bool:
    to_login = response.status_code == 302 and response["Location"].startswith(reverse("admin:login"))
    return to_login or response.status_code in (403, 405)


def names() -> Iterator[str]:
    """The name of every address of the site; those without one lead on to those with one."""
    return _names(get_resolver().url_patterns)


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name
