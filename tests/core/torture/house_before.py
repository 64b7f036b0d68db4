"""A small house before it is rebuilt; house_after.py is the same house afterwards."""

from enum import StrEnum

from tortoise.fields.base import OnDelete
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from conference.core.db import fields
from conference.core.db.model import Model


class Light(StrEnum):
    BRIGHT = "bright"
    DIM = "dim"


class Room(Model):
    """Guests sleep here; (a semicolon in this sentence is no statement)"""

    name = fields.Short(50)
    slug = fields.Short(20, unique=True)
    light = fields.Choice(Light, default=Light.DIM)
    size = fields.Number()
    taken = fields.Number(db_default=0)
    wallpaper = fields.Text(null=True)

    class Meta:
        app = "house"
        table = "room"
        constraints = (
            CheckConstraint(check="taken <= size", name="room_not_over"),
            CheckConstraint(check="size < 1000", name="room_not_huge"),
        )


class Guest(Model):
    room = fields.Reference("house.Room", on_delete=OnDelete.CASCADE, related_name="guests")
    badge = fields.Number()
    seat = fields.Number(null=True)
    name = fields.Internal(purpose="door")
    name_index = fields.Blind(of="name")
    diet = fields.Short(20, db_index=True)
    live = fields.Flag(default=True)

    class Meta:
        app = "house"
        table = "guest"
        unique_together = (("room", "badge"),)
        indexes = (("room", "seat"),)
        constraints = (UniqueConstraint(fields=("room", "seat"), name="guest_one_seat", condition="live"),)


class Stay(Model):
    """Points at a guest, who points at a room."""

    guest = fields.Reference("house.Guest", on_delete=OnDelete.CASCADE)
    nights = fields.Number()

    class Meta:
        app = "house"
        table = "stay"


class Curtain(Model):
    room = fields.Reference("house.Room", on_delete=OnDelete.CASCADE)

    class Meta:
        app = "house"
        table = "curtain"
