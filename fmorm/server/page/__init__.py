"""The page for people at `/`: what is hosted, layouts, records, and what was asked of the server lately."""
