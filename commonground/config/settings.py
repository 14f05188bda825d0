"""One settings file: the environment goes in, and what is left unsaid is safe.

Every variable read here is explained by `./ground help`. A configuration that would put a
practice at risk is refused at start, one sentence per fault, by `commonground.core.checks`.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "commonground"

env = environ.Env()

# ——— where things lie ———
GROUND_DEMO = env.bool("GROUND_DEMO", default=False)
GROUND_VAR = Path(env.str("GROUND_VAR", default=str(ROOT / "var"))).resolve()
DATA = GROUND_VAR / "demo" if GROUND_DEMO else GROUND_VAR / "practice"
ASSETS = GROUND_VAR / "assets"
GROUND_KEYS = Path(env.str("GROUND_KEYS", default=str(DATA / "keys.json")))
GROUND_URL = env.str("GROUND_URL", default="http://localhost:8000").rstrip("/")
GROUND_CMS_HOST = env.str("GROUND_CMS_HOST", default="")
LOCAL = urlsplit(GROUND_URL).hostname in {"localhost", "127.0.0.1", "::1"}

DEBUG = env.bool("GROUND_DEBUG", default=False)
SECRET_KEY_FILE = DATA / "secret.txt"
SECRET_KEY = SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.exists() else ""
if not SECRET_KEY:  # only for commands that run before keys exist; refused at start
    SECRET_KEY = "not-a-key"
ALLOWED_HOSTS = env.list(
    "GROUND_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else []
)
CSRF_FAILURE_VIEW = "commonground.core.views.forbidden"
CSRF_TRUSTED_ORIGINS = [GROUND_URL] + ([f"https://{GROUND_CMS_HOST}"] if GROUND_CMS_HOST else [])

# ——— the house, from the top floor down ———
INSTALLED_APPS = [
    "commonground.config",
    "commonground.demo",
    "commonground.website",
    "commonground.courses",
    "commonground.enquiries",
    "commonground.measures",
    "commonground.directory",
    "commonground.scheduling",
    "commonground.people",
    "commonground.core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "django_htmx",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "commonground.core.middleware.Crisis",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "commonground.core.middleware.Moment",
    "commonground.core.middleware.PublicPages",
    "commonground.core.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "commonground.people.middleware.SessionLimits",
    "commonground.people.middleware.SecondFactor",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "commonground.config.urls"
WSGI_APPLICATION = "commonground.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HOUSE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonground.people.context_processors.practice",
                "commonground.people.context_processors.sign_in",
                "commonground.config.nav.navigation",
                "commonground.demo.context_processors.demo",
            ],
        },
    }
]

# ——— data ———
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'ground.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
            ),
        },
        # A file, not memory: only then do WAL and locks behave as they do in a practice.
        "TEST": {"NAME": str(GROUND_VAR / "test" / "test.sqlite3")},
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}
TASKS = {
    "default": {
        "BACKEND": "commonground.core.backends.Queue",
        "ENQUEUE_ON_COMMIT": False,
        "QUEUES": ["default"],
    }
}

MEDIA_ROOT = DATA / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = GROUND_VAR / "static"
STATICFILES_DIRS = [HOUSE / "static", ASSETS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600

# ——— people and their sessions ———
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["commonground.people.backends.SignIn"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
LANDING = {"therapist": "today", "supervisor": "today", "client": "my", "guardian": "shared"}
"""Which page is home, by role; the first that fits. Others get a page of their possibilities."""
PASSWORD_RESET_TIMEOUT = 60 * 60

ACCOUNT_ADAPTER = "commonground.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that reached it
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_FORMS = {
    "request_login_code": "commonground.people.forms.AskForCode",
    "reset_password": "commonground.people.forms.AskForPassword",
}
# Guesses by strangers share a budget per address; a device known to the person has its own
# (people.adapters), so a stranger who uses the budget up locks out strangers only.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": None,  # people.forms.AskForCode counts, per device and per address
    "reset_password": "6/h/ip,30/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("GROUND_BEHIND_PROXY", default=False) else 0
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"
MFA_ADAPTER = "commonground.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Common Ground"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_SECONDS = 15 * 60
SESSION_SECONDS = 12 * 60 * 60
# The editor asks here every ten seconds whether somebody else is editing: no sign of presence.
POLLING_ROUTES = {"wagtailadmin_editing_sessions:ping"}

# ——— what leaves the house: nothing but our own ———
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^up/$"]
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("GROUND_BEHIND_PROXY", default=False) else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the QR code of the authenticator page
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Wagtail's admin has inline scripts and styles; its policy is its own (middleware Headers).
CMS_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
}

# ——— mail ———
vars().update(
    env.email_url("EMAIL_URL", default="dummymail://" if GROUND_DEMO else "smtp://localhost:25")
)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("GROUND_MAIL_FROM", default="practice@localhost")

# ——— text messages and rooms online ———
GROUND_TEXTS = env.str("GROUND_TEXTS", default="commonground.scheduling.outside.texts.Console")
GROUND_JITSI_URL = env.str("GROUND_JITSI_URL", default="")
GROUND_JITSI_APP = env.str("GROUND_JITSI_APP", default="ground")
GROUND_JITSI_SECRET = env.str("GROUND_JITSI_SECRET", default="")

# ——— language and time ———
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [HOUSE / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# ——— Wagtail ———
WAGTAIL_SITE_NAME = "Common Ground"
WAGTAILADMIN_BASE_URL = f"https://{GROUND_CMS_HOST}" if GROUND_CMS_HOST else GROUND_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "exact"
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILIMAGES_IMAGE_MODEL = "website.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "commonground.website.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "commonground.core.outside.journal.Line",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's error mail would carry what somebody posted; it is not sent at all.
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
