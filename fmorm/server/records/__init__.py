"""Records with what FileMaker does by itself: auto-enter, lookups, calculations, validation."""
