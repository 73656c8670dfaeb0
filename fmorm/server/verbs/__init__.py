"""What the server does for each route, one family of routes in each module."""
