"""The web project's settings, from the trial home that CICATRIX_HOME names and a few variables.

Every variable is in docs/reference/settings.md. Without a home (in tests, or to extract texts) the
accounts are nowhere and no page can be shown. What a home keeps is store/home.py.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from cicatrix.store.database import configuration
from cicatrix.store.home import accounts_of
from cicatrix.store.keys import home_key
from cicatrix.web.access.letters import sending
from cicatrix.web.access.logs import LOGGED

_FOLDER = os.environ.get("CICATRIX_HOME", "")
HOME = Path(_FOLDER) if _FOLDER else None
# A browser takes Secure cookies over plain HTTP from no address but this machine's own.
OVER_HTTPS = os.environ.get("CICATRIX_HTTP", "") != "loopback"

SECRET_KEY = home_key(HOME, "sessions").hex() if HOME else secrets.token_hex(32)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CICATRIX_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [one for one in os.environ.get("CICATRIX_ORIGINS", "").split(",") if one]
ROOT_URLCONF = "cicatrix.web.urls"
WSGI_APPLICATION = "cicatrix.web.wsgi.application"

INSTALLED_APPS = [
    "cicatrix.store",
    "cicatrix.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "cicatrix.web.access.logs.logged",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cicatrix.web.access.headers.private",
    "cicatrix.web.access.unstorable.storable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cicatrix.web.access.languages.spoken",
    "allauth.account.middleware.AccountMiddleware",
    "cicatrix.web.access.timing.timed",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).with_name("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cicatrix.web.navigation.frame",
            ],
        },
    },
]

DATABASES = {
    "default": configuration(accounts_of(HOME))
    if HOME
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
}
DATABASE_ROUTERS = ["cicatrix.store.database.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "web.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
CSRF_FAILURE_VIEW = "cicatrix.web.access.pages.stale"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
# Used codes and counted tries are shared by all workers, so they are in the accounts' database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Over the most, entries are dropped before their time: a used code would be good again.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

ACCOUNT_ADAPTER = "cicatrix.web.access.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/900s/key"}
MFA_ADAPTER = "cicatrix.web.access.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "cicatrix.web.access.codes.SignInCode",
    "reauthenticate": "cicatrix.web.access.codes.RenewalCode",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cicatrix"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not OVER_HTTPS

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "cicatrix.web.access.lockout.tried_name"
AXES_CLIENT_IP_CALLABLE = "cicatrix.web.access.lockout.address"
AXES_LOCKOUT_CALLABLE = "cicatrix.web.access.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["login", "username", "password", "next", "csrfmiddlewaretoken"]
AXES_VERBOSE = False

PROXIES = int(os.environ.get("CICATRIX_PROXIES", "0"))
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None

_MAIL = sending(os.environ.get("CICATRIX_EMAIL", ""))
MAIL_GOES_OUT = _MAIL is not None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL else 'dummy'}.EmailBackend"
EMAIL_TIMEOUT = 20
if _MAIL is not None:
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
DEFAULT_FROM_EMAIL = os.environ.get("CICATRIX_EMAIL_FROM", "cicatrix@localhost")

# In the session and not in a cookie: what was not shown yet ends with it, on a shared tablet.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = 12 * 60 * 60
LANGUAGE_COOKIE_SECURE = OVER_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOGGING = LOGGED

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if OVER_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
# A photograph is never on the disk unencrypted: it is taken in whole, in memory, or not at all.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
LOCALE_PATHS = [Path(__file__).with_name("locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
