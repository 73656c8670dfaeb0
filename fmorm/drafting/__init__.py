"""Drafts of schema files for the embedded server: from models, or from what a real server tells of its layouts."""

from __future__ import annotations

from fmorm.drafting.draft import Draft
from fmorm.drafting.models import draft_from_models

__all__ = ["Draft", "draft_from_models"]
