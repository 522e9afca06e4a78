"""Five cities as data, each driven through the HTTP API from its plan to matched inspectors."""
