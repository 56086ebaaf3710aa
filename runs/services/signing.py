"""Sign-offs: a role accepts the totals of an entity, or takes that back."""

from __future__ import annotations

from django.utils import timezone

from catalog.plan import ordered
from catalog.registry import UnknownEntity, spec
from runs.actors import current
from runs.errors import Busy, UsageError
from runs.models import EntityRun, SignOff
from runs.reporting.digest import digest
from runs.reporting.signatures import Signature, Validity, signatures, totals
from runs.reporting.standing import one_moment, standings
from runs.states import ACTIVE

#: Role → the permission that it takes.
SIGNING = {SignOff.Role.CLINICAL: "runs.sign_off_clinical", SignOff.Role.FINANCE: "runs.sign_off_finance"}


def sign_offs() -> list[Signature]:
    """Both roles of every entity, each compared with its totals at this moment. Raises `Refused`."""
    with one_moment():
        return signatures(standings(ordered()))


def sign_off(entity: str, role: str, note: str = "", seen: str = "") -> SignOff:
    """Accepts the entity's totals as they are. `seen`: the digest of those that the signer was shown.

    Raises `UsageError` for an entity that nothing has arrived of, totals that changed while somebody looked at them, or
    a signature that stands; `Busy` while a run is at the entity; `Refused`.
    """
    _known(entity, role)
    active = EntityRun.objects.filter(entity=entity, state__in=ACTIVE).first()
    if active:
        raise Busy(entity, f"run {active.run_id}")
    with one_moment():
        (standing,) = standings([spec(entity)])
        accepted = totals(standing)
        (signature,) = [one for one in signatures([standing]) if one.role == role]
    if not standing.arrived:
        raise UsageError(f"Nothing of {entity} has arrived, so there is nothing to sign.")
    if seen and seen != digest(accepted):
        raise UsageError(f"The totals of {entity} have changed since you were shown them: look at them again.")
    if signature.validity == Validity.SIGNED and signature.accepted:
        raise UsageError(f"{signature.accepted.who} has signed {entity} for {role} already, with the same totals.")
    return SignOff.objects.create(
        entity=entity, role=role, who=current().name, note=note.strip(), totals=accepted, digest=digest(accepted)
    )


def revoke_sign_off(entity: str, role: str) -> int:
    """Takes back what the role says of the entity; the record of it stays. Raises `UsageError` if it says nothing."""
    _known(entity, role)
    standing = SignOff.objects.filter(entity=entity, role=role, revoked_at=None)
    revoked = standing.update(revoked_at=timezone.now(), revoked_by=current().name)
    if not revoked:
        raise UsageError(f"Nobody has signed {entity} for {role}, so there is nothing to revoke.")
    return revoked


def _known(entity: str, role: str) -> None:
    try:
        spec(entity)
    except UnknownEntity as error:
        raise UsageError(str(error)) from None
    if role not in SIGNING:
        raise UsageError(f"There is no role {role!r}. Roles: {', '.join(SIGNING)}.")
