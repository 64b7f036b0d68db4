"""Giving, and one's own gifts."""
