"""The settings of the project. In a real one the secrets come from the environment."""

from __future__ import annotations

import secrets
from pathlib import Path

HERE = Path(__file__).parent

SECRET_KEY = secrets.token_urlsafe(50)
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "django_contacts.urls"
LOGIN_URL = "log-in"
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

INSTALLED_APPS = ["django.contrib.messages", "fmorm.contrib.django"]

FMORM = {
    "default": {
        "EMBEDDED": HERE.parent / "contacts" / "contacts.toml",
        "MODELS": ["contacts.contacts"],
    },
}

# The token of a FileMaker session is kept in Django's session: on the server, and never in a cookie.
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fmorm.contrib.django.accounts.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django_contacts.views.who",
            ]
        },
    }
]
