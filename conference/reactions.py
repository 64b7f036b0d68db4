"""When this happens in one slice, these others are told, inside the same transaction. Read this to see the whole picture."""

REACTIONS: dict = {}
