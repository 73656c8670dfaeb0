"""Redis and Django, whose types are unknown or not strict: for the checkers they are anything."""

from __future__ import annotations

from importlib import import_module
from typing import Any

Redis: Any = import_module("redis").Redis
Retry: Any = import_module("redis.retry").Retry
NoBackoff: Any = import_module("redis.backoff").NoBackoff
AsyncRedis: Any = import_module("redis.asyncio").Redis


def django_cache(kind: str) -> Any:
    """Give a class of caches, such as `locmem.LocMemCache`."""
    module, _, name = kind.partition(".")
    return getattr(import_module(f"django.core.cache.backends.{module}"), name)
