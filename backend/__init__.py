"""The Flask application: stages along the data's way, on a foundation that knows none of them."""
