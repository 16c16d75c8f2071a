"""All settings of the portal, read from the environment, in the order of Django's documentation.

One file for development, demonstration, tests and production. Production refuses weak values
(see `edi_portal/checks.py`, run by `manage.py check --deploy`).
"""

import shlex
import sys
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

for name in ("DATABASE_URL", "REDIS_URL"):
    if name not in env.ENVIRON:
        sys.exit(f"{name} is not set. 'make run' and 'make test' start servers of their own; else see docs/how-to/deploy.md.")

# --- What kind of installation this is -----------------------------------------------------------
DEBUG = env.bool("PORTAL_DEBUG", default=False)
DEMONSTRATION = env.bool("PORTAL_DEMONSTRATION", default=False)
TESTING = "pytest" in sys.modules
HTTPS = env.bool("PORTAL_HTTPS", default=not (DEBUG or DEMONSTRATION or TESTING))
BASE_URL = env.str("PORTAL_BASE_URL", default="http://localhost:8000")
PARTNERSHIP_NAME = env.str("PORTAL_PARTNERSHIP", default="Cheshire and Merseyside Health and Care Partnership")
# A logo may be shown only by a body that may use it, so there is none by default.
PORTAL_LOGO = env.str("PORTAL_LOGO", default="")

# --- Core ----------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="not-secret-for-tests-only" if TESTING else environ.Env.NOTSET)
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=["localhost", "127.0.0.1", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "edi_portal.urls"
WSGI_APPLICATION = "edi_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "import_export",
    "rest_framework",
    "edi_portal",
    "edi_portal.api",
    "edi_portal.audit",
    "edi_portal.jobs",
    "edi_portal.reviews",
    "organisations",
    "workforce",
    "kpis",
    "strategies",
    "steering",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "edi_portal.ui.middleware.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "edi_portal.ui.middleware.WithoutNulMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisations.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "edi_portal.ui.middleware.ScopeMiddleware",
    "organisations.middleware.MembershipMiddleware",
    "organisations.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "edi_portal.ui.middleware.PrivateResponseMiddleware",
    "edi_portal.ui.middleware.BusinessErrorMiddleware",
    "edi_portal.ui.sent_forms.SentFormsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "edi_portal.ui.context.frame",
            ],
            "builtins": ["edi_portal.templatetags.ui"],
        },
    },
]

# --- Database ------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
# A connection that PostgreSQL closed (restart, fail-over) is noticed before a request uses it.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=10s -c statement_timeout=60s"

# Read by `manage.py database_rights` alone: the password of the role that web, worker and beat sign in as.
DATABASE_APP_PASSWORD = env.str("PORTAL_DATABASE_APP_PASSWORD", default="")

# Used one-time codes and counts of failures must be known to every web process, also while Redis is away.
# Django keeps 300 entries and then throws some away, used codes among them: in a deadline hour there are more.
CACHES = {
    "default": {
        "BACKEND": "edi_portal.shared_cache.SharedCache",
        "LOCATION": "edi_portal_shared",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Sign-in -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "organisations.adapters.InvitedOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# An account is made by accepting an invitation sent to that address, which proves the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# A changed password or second factor is told to the owner of the account.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "organisations.sign_in_forms.LoginForm",
    "reset_password": "organisations.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "organisations.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "organisations.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "organisations.sign_in_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "organisations.sign_in_forms.CodeForm",
    "reauthenticate": "organisations.sign_in_forms.CodeAgainForm",
    "activate_totp": "organisations.sign_in_forms.ActivateCodeForm",
    "add_webauthn": "organisations.sign_in_forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# A passkey always proves its person (finger, face or PIN), not only that the device is there.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "EDI portal"
MFA_TOTP_TOLERANCE = 1
# Recovery codes are kept as digests (organisations/recovery_codes.py), so they are seen when they are made and not again.
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ADAPTER = "organisations.second_factor.EncryptingAdapter"
# Encrypt the secrets of authenticator apps: 32 bytes each, in base64. The first encrypts, all decrypt.
# Outside production a key follows from SECRET_KEY.
FACTOR_KEYS = env.list("PORTAL_FACTOR_KEYS", default=[])
# How old the last code may be when somebody signs, gives a role, publishes, makes a token or takes exact figures out.
STEP_UP_SECONDS = env.int("PORTAL_STEP_UP_MINUTES", default=15) * 60

# Sign-in with the account at work, by OpenID Connect (docs/how-to/sign-in-with-nhsmail.md): off unless all three are set.
OIDC_ISSUER = env.str("PORTAL_OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("PORTAL_OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("PORTAL_OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("PORTAL_OIDC_NAME", default="NHSmail")
# The claim by which the provider vouches for the address, and the claims by which it says that a second factor was used.
OIDC_VERIFIED_CLAIM = env.str("PORTAL_OIDC_VERIFIED_CLAIM", default="email_verified")
OIDC_SECOND_FACTOR = env.list("PORTAL_OIDC_SECOND_FACTOR", default=[])
SOCIALACCOUNT_ADAPTER = "organisations.identity.provider.SettingsAdapter"

# Rights on one organisation come from guardian rows projected from memberships, never from a global grant.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

# Five failures slow an address and account down for a while; nobody is locked out on deadline day.
AXES_CLIENT_IP_CALLABLE = "edi_portal.ui.rate_limit.address_of"
# A whole trust may come from one address; "key" is the account at that address (organisations/adapters.py).
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/180s/key"}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.05  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "organisations.sign_in_record.typed_address"
AXES_DISABLE_ACCESS_LOG = True  # who signed in stands in the audit trail, without computers and browsers
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_ENABLED = not TESTING

# --- Sessions and cookies ------------------------------------------------------------------------
# Twelve hours from signing in, and half an hour without a click (organisations/middleware.py).
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_SECONDS = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "edi_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "edi_csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "edi_portal.errors.csrf_failure"

# --- Security headers ----------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
# Where faults of security are reported (security.txt): an address as mailto:, or a page as https:.
SECURITY_CONTACT = env.str("PORTAL_SECURITY_CONTACT", default="mailto:security@edi-portal.invalid")
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("PORTAL_BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        # plotly.js writes one empty style element (the hash) and style attributes while it draws.
        "style-src-elem": [SELF, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build" / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", *([BASE_DIR / "build" / "assets"] if (BASE_DIR / "build" / "assets").exists() else [])]
# The production image collects the files once, compressed, each named by its content; elsewhere they are served as they lie.
STATIC_COLLECTED = env.bool("PORTAL_STATIC_COLLECTED", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
# A test makes many short-lived clients; each would otherwise list every static file first.
WHITENOISE_AUTOREFRESH = DEBUG or TESTING
# Sent before a browser has seen the page: a return workbook is the largest thing anybody uploads.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# A command that reads a file from its standard input and ends with 0 when it is clean, such as "clamdscan --no-summary -".
VIRUS_SCAN = shlex.split(env.str("PORTAL_VIRUS_SCAN", default=""))
# Staff-level extracts pass through memory as a stream (kpis/extract_reading), so their limits are of their own.
# CSV: a million assignments with twenty columns come to about 200 MB. A workbook is packed, and has to be held whole to be read.
EXTRACT_LARGEST_CSV = 256 * 1024 * 1024
EXTRACT_LARGEST_WORKBOOK = 32 * 1024 * 1024
# One form takes the files of one sitting; more than this is refused before it is read.
EXTRACT_LARGEST_REQUEST = 640 * 1024 * 1024
# Address space of the reading child: a million assignments, kept for a join, were measured at 182 MB (docs/measurements.md).
EXTRACT_MEMORY = env.int("PORTAL_EXTRACT_MEMORY", default=1536 * 1024 * 1024)
# Processor time for one sitting, and how long a child may be silent after the last byte of a file.
EXTRACT_SECONDS = 120
EXTRACT_PATIENCE = 90
# Readings at the same time at one organisation, and in an hour by one person: enough for a sitting with every file twice over.
EXTRACT_READINGS_AT_ONCE = 2
EXTRACT_READINGS_AN_HOUR = 60
# Readings at the same time on the whole portal: each holds a thread of the web server and memory as above.
EXTRACT_READINGS_IN_ALL = 4
# A reading that has not told of itself for so long is over: its server was stopped.
EXTRACT_SILENCE_SECONDS = 120
# Counts that were not taken over are deleted after so many days, like uploaded workbooks.
EXTRACT_KEPT_DAYS = 30
MEDIA_ROOT = Path(env.str("PORTAL_MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))

# Where `manage.py backup` writes, and how old the newest may be before /health/deep/ complains.
BACKUP_FOLDER = Path(env.str("PORTAL_BACKUP_FOLDER", default=str(BASE_DIR / "var" / "backups")))
# What a monitoring system sends to read /metrics/; without it nobody can.
METRICS_TOKEN = env.str("PORTAL_METRICS_TOKEN", default="")
# The folder of pg_dump and pg_restore; looked for on the machine when it is not named.
POSTGRESQL_PROGRAMS = env.str("PORTAL_POSTGRESQL_PROGRAMS", default="")

# --- Mail ----------------------------------------------------------------------------------------
# The demonstration and tests keep mail in the database, readable on the outbox page.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if DEMONSTRATION:
    EMAIL_BACKEND = "organisations.outbox.OutboxBackend"
if TESTING:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("PORTAL_FROM_EMAIL", default="EDI portal <no-reply@edi-portal.invalid>")

# --- Assurance -----------------------------------------------------------------------------------
# From how many percent of the figures due the data of a workstream is called full, or partial, in reports to the board.
ASSURANCE_FULL_PERCENT = env.int("PORTAL_ASSURANCE_FULL_PERCENT", default=90)
ASSURANCE_PARTIAL_PERCENT = env.int("PORTAL_ASSURANCE_PARTIAL_PERCENT", default=60)
# Signs the manifest of packs that leave as one archive: 32 bytes, in base64. Outside production it follows from SECRET_KEY.
SIGNING_KEY = env.str("PORTAL_SIGNING_KEY", default="")

# --- Background work (reasons: docs/reliability.md) ------------------------------------------------
CELERY_BROKER_URL = env.str("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
WORKER_NICENESS = env.int("PORTAL_WORKER_NICENESS", default=10)
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000  # kB
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30 if not (DEMONSTRATION or TESTING) else 2
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "health_check_interval": 30,
    "retry_on_timeout": True,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
# Beat runs in UTC: clock changes cannot make a task run twice or not at all.
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
JOB_LEASE_SECONDS = env.int("PORTAL_JOB_LEASE_SECONDS", default=900)
JOB_SWEEP_AFTER_SECONDS = env.int("PORTAL_JOB_SWEEP_AFTER_SECONDS", default=30)
JOB_SWEEP_EVERY_SECONDS = env.int("PORTAL_JOB_SWEEP_EVERY_SECONDS", default=60)
JOB_MAX_ATTEMPTS = 5

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organisations.api.authentication.TokenAuthentication",
        "organisations.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["edi_portal.api.formats.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["edi_portal.api.formats.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "edi_portal.api.schema.Described",
    "EXCEPTION_HANDLER": "edi_portal.api.problems.problem_of",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "EDI portal",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Definitions, releases and own returns of the EDI portal, in JSON. Figures of others come from releases only.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "OrganisationKind": "organisations.models.organisations.Kind",
        "FigureLevel": "kpis.models.releases.Level",
        "JobStatus": "edi_portal.jobs.models.JobStatus",
        "ReturnStatus": "kpis.api.returns.STATUSES",
        "AnswerState": "kpis.models.returns.AnswerState",
        "PlanColour": "steering.api.workstreams.COLOURS",
    },
}

# --- Logs: one JSON line an event, without figures or names ----------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "edi_portal.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}

SILENCED_SYSTEM_CHECKS = ["axes.W003"]
