"""Drafts of schema files for the embedded server: from models, or from what a real server tells of its layouts."""

from __future__ import annotations

from fmorm.drafting.anonymising import anonymised
from fmorm.drafting.draft import Draft
from fmorm.drafting.metadata import draft_from_metadata
from fmorm.drafting.models import draft_from_models
from fmorm.drafting.replies import Metadata

__all__ = ["Draft", "Metadata", "anonymised", "draft_from_metadata", "draft_from_models"]
