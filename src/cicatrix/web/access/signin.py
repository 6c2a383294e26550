"""Which of allauth's pages there are: an explicit list, so that what we do not want is not there.

There is no sign-up, no change of e-mail address and no account of another service. A forgotten
password is reset by our own one-time link (pages.py). Their templates are ours: templates/account,
templates/mfa and templates/usersessions.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import path

PATHS = (
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("account/factor/", mfa.index, name="mfa_index"),
    path("account/factor/code/", mfa.authenticate, name="mfa_authenticate"),
    path("account/factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/factor/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/factor/recovery/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("account/factor/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/factor/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path(
        "account/factor/passkeys/again/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/factor/passkeys/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "account/factor/passkeys/<int:pk>/remove/",
        passkeys.remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path(
        "account/factor/passkeys/<int:pk>/name/", passkeys.edit_webauthn, name="mfa_edit_webauthn"
    ),
)
