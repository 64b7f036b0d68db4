"""The house of house_before.py with a new column that its rooms cannot have."""

from conference.core.db import fields
from conference.core.db.model import Model
from tests.core.torture.house_before import Curtain, Guest, Light, Stay
from tests.core.torture.house_before import Room as OldRoom


class Room(Model):
    name = fields.Short(50)
    slug = fields.Short(20, unique=True)
    light = fields.Choice(Light, default=Light.DIM)
    size = fields.Number()
    taken = fields.Number(db_default=0)
    wallpaper = fields.Text(null=True)
    door = fields.Number()

    class Meta:
        app = "house"
        table = "room"
        constraints = OldRoom._meta.constraints


__models__ = [Room, Guest, Stay, Curtain]
