"""Directories as tables: templates, exports, and imports with a dry run before anything is written."""
