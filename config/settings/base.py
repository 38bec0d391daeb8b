"""Settings, read from the environment. `docs/configure.md` lists every variable; a test compares the two."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def env(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that `<name>_FILE` points to, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE to a file that holds it); docs/configure.md says how.")
    return value


def env_list(name: str, default: str | None = None) -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def env_bool(name: str, default: str) -> bool:
    return env(name, default).lower() in {"1", "true", "yes", "on"}


DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "data"))).resolve()
SECRET_KEY = env("SECRET_KEY")
SECRETS_KEYS = [key for key in env("SECRETS_KEY", "").split(",") if key] or [SECRET_KEY]  # the first seals, all open
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", "")
DEBUG = False
SITE_URL = env("SITE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials",
    "rules.apps.AutodiscoverRulesConfig",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "core",
    "accounts",
    "assessment",
    "surveys",
    "metrics",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.http.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.http.HtmxLoginRedirectMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SeenMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "core.http.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
            ],
        },
    }
]

# SQLite as docs/decisions/sqlite.md explains: one writer at a time, taken at BEGIN. Never mmap_size.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 15,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
        "PRAGMA cache_size=-20000; PRAGMA journal_size_limit=27000000;"
    ),
}
DATABASES = {"default": dj_database_url.parse(env("DATABASE_URL", f"sqlite:///{DATA_DIR / 'headwater.sqlite3'}"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {"CONN_MAX_AGE": None, "OPTIONS": SQLITE_OPTIONS}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# Counted attempts lie in the first. Drawn parts of pages have a room of their own, so that they never push one out.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "drawn": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "drawn",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts.domain.mailed_links verifies before it makes anything
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "request_login_code": "accounts.forms.AskForCodeForm",
    "confirm_login_code": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
    "reset_password": "accounts.forms.ForgotPasswordForm",
    "reset_password_from_key": "accounts.forms.PasswordFromLinkForm",
    "change_password": "accounts.forms.PasswordChangeForm",
    "set_password": "accounts.forms.PasswordSetForm",
}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # a set-password link leads straight in
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme or "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # the subjects in templates/account/email name the product themselves
# Per address wide enough for a whole office behind one, per account narrow enough to make guessing hopeless.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/5m/ip,5/5m/key",
    "request_login_code": "100/m/ip,5/10m/key",
    "reset_password": "100/m/ip,5/10m/key",
    "reset_password_from_key": "100/m/ip",
    "signup": "100/m/ip,5/10m/key",
    "manage_email": "5/10m/user",
    "change_password": "10/5m/user",
    "reauthenticate": "10/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXIES", "0"))
SIGN_UP_DOMAINS = [domain.lower() for domain in env_list("SIGN_UP_DOMAINS", "")]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "assessment:assessment-list"

MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Headwater"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up here without having proved the address
MFA_RATE_LIMITS = {"webauthn_login": "100/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.ConfirmCodeForm",
    "activate_totp": "accounts.forms.AddAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}

# One provider of OpenID Connect, whose word on an e-mail address is trusted; docs/operate.md says what that means.
OIDC_URL = env("OIDC_URL", "").rstrip("/")
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be stopped by form-action 'self' on its way to the provider
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "accounts.single_sign_on.Provider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", "single sign-on"),
                "client_id": env("OIDC_CLIENT_ID", ""),
                "secret": env("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    }
}

# Without a mail server nothing is sent, and nothing is printed: a mail holds a link that opens somebody's account.
EMAIL_HOST = env("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
EMAIL_PORT = int(env("EMAIL_PORT", "587"))
EMAIL_HOST_USER = env("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465  # the port that is encrypted from the first byte
EMAIL_USE_TLS = not EMAIL_USE_SSL and env_bool("EMAIL_USE_TLS", "1")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", f"Headwater <headwater@{urlsplit(SITE_URL).hostname or 'localhost'}>")

INVITATION_DAYS = int(env("INVITATION_DAYS", "30"))  # how long a personal link can be entered
REMINDER_DAYS = int(env("REMINDER_DAYS", "3"))  # between an invitation, the first reminder and the next
REMINDERS_MAX = int(env("REMINDERS_MAX", "2"))  # for one person; 0 sends none

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SECURE_COOKIES = env_bool("SECURE_COOKIES", "1" if SITE_URL.startswith("https://") else "0")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_TLS_PROXY = env_bool("BEHIND_TLS_PROXY", "0")
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = env("LANGUAGE_CODE", "en")  # of mails, and of pages where the browser asks for no other
TIME_ZONE = env("TIME_ZONE", "UTC")
USE_I18N = True
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "files"


def broker_options(url: str, *, longest_task_s: int, prefix: str) -> dict[str, object]:
    """What each kind of broker needs to lose nothing and to start nothing twice."""
    scheme = url.partition(":")[0]
    if scheme in {"redis", "rediss", "sentinel"}:  # it hands a task out again after visibility_timeout, running or not
        restore = {"visibility_timeout": 2 * longest_task_s, "unacked_restore_interval": 10}
        return restore | ({"global_keyprefix": prefix} if prefix else {})
    return {"confirm_publish": True} if scheme in {"amqp", "amqps", "pyamqp"} else {}


# The embedded broker is a SQLite file of its own: losing it costs nothing, the sweep refills it from the job rows.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", f"sqla+sqlite:///{DATA_DIR / 'queue.sqlite3'}")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(
    CELERY_BROKER_URL, longest_task_s=CELERY_TASK_TIME_LIMIT, prefix=env("BROKER_KEY_PREFIX", "")
)
CELERY_WORKER_CONCURRENCY = int(env("WORKERS", "2"))  # two, so that a long collection does not hold up a report
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
JOB_STALE_S = int(env("JOB_STALE_S", "120"))  # a running job silent for this long is taken to be dead
JOB_SWEEP_S = int(env("JOB_SWEEP_S", "60"))
SINGLE_WORKER = env_bool("SINGLE_WORKER", "0")  # `make up` says so: a starting worker finds nobody else at work

REPOSITORY_ROOTS = [Path(root).resolve() for root in env_list("REPOSITORY_ROOTS", "")]
REPOSITORY_HTTP_HOSTS = env_list("REPOSITORY_HTTP_HOSTS", "")  # hosts from which plain http is allowed
CLONE_DIR = DATA_DIR / "clones"
CLONE_SIZE_LIMIT_MB = int(env("CLONE_SIZE_LIMIT_MB", "2000"))  # the most one clone may take on disk
COLLECTION_TIME_LIMIT_S = int(env("COLLECTION_TIME_LIMIT_S", "1500"))
COLLECTIONS_AT_ONCE = int(env("COLLECTIONS_AT_ONCE", "2"))  # the share of workers one organization may have
COLLECTIONS_PER_DAY = int(env("COLLECTIONS_PER_DAY", "500"))
REPOSITORIES_PER_ORGANIZATION = int(env("REPOSITORIES_PER_ORGANIZATION", "500"))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "core.api.handle_exception",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Headwater API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "AssessmentState": "assessment.models.AssessmentState",
        "JobState": "core.models.JobState",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_tokens": {"()": "core.logs.HideTokens"}, "calm": {"()": "core.logs.CalmRefusals"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]}},
    "loggers": {
        "celery": {"level": "WARNING"},
        "django.request": {"filters": ["calm"]},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "INFO")},
}
