"""The way to the server: the only code that imports httpx, and the in-process mount of the embedded server."""
