"""In which role an account acts, and where it is sent first if it may not act yet.

Roles are the ledger's; which of them one acts in is chosen once a session. A password alone is not
enough for staff, and a role waits for its training. The door (door.py) asks here before any page.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial

ROLE = "role"
"""Where the session keeps the role that was chosen."""


def key_of(actor: Actor) -> str:
    """Write a role as a session and a form hold it: `rater@foshan`, `monitor`."""
    return f"{actor.role}@{actor.site}" if actor.site else actor.role


def acting(request: HttpRequest, held: Sequence[Actor]) -> Actor | None:
    """Find the role that this session acts in: the one chosen, or the only one."""
    chosen = request.session.get(ROLE)
    found = next((one for one in held if key_of(one) == chosen), None)
    return found or (held[0] if len(held) == 1 else None)


def sent_elsewhere(request: HttpRequest, actor: Actor | None, trial: Trial) -> HttpResponse | None:
    """Send to the page that must be done first, if there is one.

    In a rehearsal everybody is virtual: neither a second factor nor training is asked for.
    """
    if actor is None:
        return redirect("role")
    if trial.rehearsal or actor.role == "participant":
        return None
    if not has_second_factor(request):
        return redirect("mfa_index")
    return None if is_trained(actor, trial) else redirect("training")


def has_second_factor(request: HttpRequest) -> bool:
    """Tell whether a password alone does not sign this account in."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(request.user.is_authenticated and is_mfa_enabled(request.user, kinds))


def is_trained(actor: Actor, trial: Trial) -> bool:
    """Tell whether somebody has the training of the role for the version in force."""
    return trial.study_version in trial.trained.get((actor.user, actor.role), ())


def to_sign_in(request: HttpRequest, where: str | None = None) -> HttpResponse:
    """Send to the sign-in page, and afterwards back to where one wanted to go."""
    if where is None and request.method == "GET" and not request.headers.get("HX-Request"):
        where = request.get_full_path()
    address = resolve_url("account_login")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(f"{address}?{urlencode({'next': where})}" if where else address)


def own_path(address: str | None) -> bool:
    """Tell whether an address is a path of this application, and leads to no other server."""
    return bool(
        address
        and address.startswith("/")
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def back_to(request: HttpRequest, address: str | None) -> HttpResponseRedirect:
    """Go back to a page that the request names, if it is one of ours, else to the first."""
    return HttpResponseRedirect(address if address and own_path(address) else resolve_url("today"))
