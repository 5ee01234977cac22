"""Codes of the GS1 system, read and written."""
