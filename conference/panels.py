"""What a slice shows on another slice's page."""

PANELS: dict = {}
