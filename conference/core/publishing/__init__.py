"""Public pages, feeds and exports from ready bytes: rendered once per version and language, then sent."""

from conference.core.publishing.choosing import Languages
from conference.core.publishing.ready import Ready, ReadyPages
from conference.core.publishing.versions import Versions

__all__ = ["Languages", "Ready", "ReadyPages", "Versions"]
