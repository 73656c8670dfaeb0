"""Ways to reach the server: in process, as an ASGI application, over a socket."""
