"""The whole configuration: environment variables only, and a refusal to start rather than a guess.

Every variable is listed with its default in the table of README.md. ``manage.py``, ``asgi.py`` and
``celery.py`` load ``var/instance.env`` for what is not set, before this file is read.
"""

import os
from importlib.metadata import distribution
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ceasefire import environment, logs

BASE_DIR = environment.BASE_DIR
VAR_DIR = environment.VAR_DIR

# Trust: what must be said before anything starts

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.required(
    "SECRET_KEY",
    "set it to a long random text that only this service knows, or run `make up`, which makes one",
)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS")
if not ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set: list the host names that this service answers to")
if any("*" in host for host in ALLOWED_HOSTS) and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS has a wildcard: list the host names, or set DEBUG=1 to debug")

# Off this machine everything travels over TLS. Only where every host is this machine's own loopback is
# plain HTTP the default, and then the checks that ask for TLS have nothing to protect.
LOOPBACK_ONLY = all(host in ("localhost", "127.0.0.1", "[::1]") for host in ALLOWED_HOSTS)
HTTPS = environment.flag("HTTPS", default=not LOOPBACK_ONLY)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
if LOOPBACK_ONLY and not HTTPS:
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Where it runs

DATABASE_URL = environment.required(
    "DATABASE_URL", "set it to postgresql://user:password@host:port/database, or run `make up`"
)
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL") or DATABASE_URL
REDIS_URL = environment.required(
    "REDIS_URL", "set it to redis://:password@host:port/0 or rediss://…, or run `make up`"
)

# The application's role may only insert and select on append-only tables; migrations grant it what it has.
# Where no owner is named both are one role, and the triggers alone protect those tables.
APPLICATION_DATABASE = environment.database("DATABASE_URL", DATABASE_URL)
OWNER_DATABASE = environment.database("DATABASE_OWNER_URL", DATABASE_OWNER_URL)
DATABASE_APP_ROLE = str(APPLICATION_DATABASE["USER"])
DATABASES = {
    "default": {
        **(OWNER_DATABASE if environment.flag("AS_DATABASE_OWNER") else APPLICATION_DATABASE),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ceasefire",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# How far the clock is moved, in seconds: for tests only.
CLOCK_OFFSET = environment.whole_number("CLOCK_OFFSET", 0)
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
# Whom to name when citing what is published here.
ATTRIBUTION = os.environ.get("ATTRIBUTION") or "Ceasefire compliance tracker"

# What it is made of

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prometheus",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "tracker",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ceasefire.logs.RequestLog",
    "ceasefire.content_security.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # What is between these two is for people; a request to the API without a cookie passes it by.
    "ceasefire.shortcut.Shortcut",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ceasefire.shortcut.ShortcutEnd",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "ceasefire.urls"
WSGI_APPLICATION = "ceasefire.wsgi.application"
ASGI_APPLICATION = "ceasefire.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# People

AUTH_USER_MODEL = "tracker.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "ceasefire.accounts.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Ceasefire tracker"

# Without a mail server mails go to the log.
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10
if mail_server := environment.mail_server("EMAIL_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = mail_server.host, mail_server.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail_server.user, mail_server.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = mail_server.tls_at_once, mail_server.asks_for_tls
DEFAULT_FROM_EMAIL = (
    os.environ.get("EMAIL_FROM") or f"ceasefire-tracker@{next(iter(ALLOWED_HOSTS), 'localhost')}"
)

# Languages and time: UTC inside, the truce's own zone on the page

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ar", _("Arabic")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files: hashed names, compressed once

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Of django-leaflet only the files are wanted: as an app it asks for GDAL, which a bare machine lacks.
STATICFILES_DIRS = [
    ("leaflet", Path(str(distribution("django-leaflet").locate_file("leaflet/static/leaflet"))))
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = os.environ.get("MEDIA_ROOT") or VAR_DIR / "media"
# Compressing takes most of the first start: leave out what no page loads.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gif", "webp", "woff", "woff2", "gz", "br", "zip"]

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tracker.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "tracker.api.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ceasefire compliance tracker",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Codes stay where they are used: two properties of one set of codes need no shared name.
    "POSTPROCESSING_HOOKS": [],
}

# Requests in a window of seconds: for each key or person, and for each address that names neither.
RATE_LIMIT_KEY = environment.rate("RATE_LIMIT_KEY", (6_000, 60))
RATE_LIMIT_ANONYMOUS = environment.rate("RATE_LIMIT_ANONYMOUS", (600, 60))

# Webhooks: the networks that are sent to though they are private, plain HTTP, and the pauses (seconds)
# between the attempts to deliver a message, about three days in all.
WEBHOOK_ALLOWED_ADDRESSES = environment.networks("WEBHOOK_ALLOWED_ADDRESSES")
WEBHOOK_ALLOW_HTTP = environment.flag("WEBHOOK_ALLOW_HTTP")
WEBHOOK_PAUSES = environment.whole_numbers(
    "WEBHOOK_PAUSES",
    [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
)

# What it tells of itself: no client address is ever logged

LOGGING = logs.configuration(debug=DEBUG)
