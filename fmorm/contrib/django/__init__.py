"""FileMaker databases in a Django project; the extra `fmorm[django]`.

    INSTALLED_APPS = [..., "fmorm.contrib.django"]
    FMORM = {"default": {"URL": "https://fm.example.com", "DATABASE": "crm", "USER": "web", "PASSWORD": secret}}

Then `from fmorm.contrib.django import db` is the default database, anywhere in the project. It is no SQL backend: the
models are fmorm's, and neither migrations nor the admin know of them.
"""

from __future__ import annotations

try:
    import django as _django
except ImportError:
    raise ImportError("fmorm.contrib.django needs Django: pip install 'fmorm[django]'") from None

from fmorm.contrib.django.connections import async_databases, async_db, databases, db

__all__ = ["async_databases", "async_db", "databases", "db"]

del _django
