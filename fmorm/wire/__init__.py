"""The Data API as text and bytes: nothing here waits, connects or knows a model."""
