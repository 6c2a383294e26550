"""Tags of the pages about accounts: `{% load access %}`.

`{% is_rehearsal as x %}`, `{% roles_to_try as x %}` say what is shown in a rehearsal alone,
`{% signing_needs as x %}` what access/confirm.html asks for; `{{ actor|role_key }}` writes a role
as a form holds it, `{{ what|account_change }}` words what was done to an account.
"""

from allauth.mfa.models import Authenticator
from django import template
from django.template import RequestContext
from django.utils.translation import gettext_lazy, pgettext_lazy

from cicatrix.web.access import rehearsal
from cicatrix.web.access.signing import needs_code
from cicatrix.web.access.standing import key_of
from cicatrix.web.worker import worker

register = template.Library()

_CHANGES = {
    "invited": pgettext_lazy("account", "invited"),
    "closed": pgettext_lazy("account", "closed"),
    "reopened": pgettext_lazy("account", "opened again"),
    "factor_removed": gettext_lazy("second factor removed"),
}

register.filter("role_key", key_of)


@register.filter
def account_change(what: str) -> str:
    """Word what was done to an account."""
    return str(_CHANGES.get(what, what))


@register.simple_tag
def is_rehearsal() -> bool:
    """Tell whether the trial is a rehearsal."""
    return worker().desk.trial.rehearsal


@register.simple_tag
def roles_to_try() -> tuple[rehearsal.Tried, ...]:
    """List who can be signed in as; nobody in a real trial."""
    return rehearsal.roles_to_try()


@register.simple_tag(takes_context=True)
def signing_needs(context: RequestContext) -> dict[str, bool]:
    """Say what a signature asks for beside the password."""
    request = context["request"]
    passkeys = Authenticator.objects.filter(
        user_id=request.user.pk, type=Authenticator.Type.WEBAUTHN
    )
    return {"code": needs_code(request), "passkey": passkeys.exists()}
