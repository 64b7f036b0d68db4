"""The house of house_before.py, rebuilt in every way that a migration can."""

from tortoise.fields.base import OnDelete
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from conference.core.db import fields
from conference.core.db.model import Model
from tests.core.torture.house_before import Light


class Room(Model):
    """Another sentence, which is no change."""

    name = fields.Short(80, db_index=True)
    slug = fields.Short(20)
    light = fields.Choice(Light, default=Light.BRIGHT)
    size = fields.Number(null=True)
    taken = fields.Number(db_default=0)
    floor = fields.Number(db_default=1, db_index=True)
    door = fields.Short(10, null=True, unique=True)

    class Meta:
        app = "house"
        table = "room"
        constraints = (
            CheckConstraint(check="taken <= size", name="room_never_over"),
            CheckConstraint(check="taken >= 0", name="room_not_negative"),
        )


class Guest(Model):
    room = fields.Reference("house.Room", on_delete=OnDelete.RESTRICT, related_name="guests")
    host = fields.Reference("house.Guest", on_delete=OnDelete.SET_NULL, null=True, db_index=True)
    badge = fields.Number(null=True)
    seat = fields.Number(null=True)
    name = fields.Internal(purpose="door and badge", days=90)
    name_index = fields.Blind(of="name")
    diet = fields.Short(20)
    live = fields.Flag(default=True)

    class Meta:
        app = "house"
        table = "guest"
        unique_together = (("badge", "diet"),)
        indexes = (("room", "live"),)
        constraints = (
            UniqueConstraint(fields=("room", "seat"), name="guest_own_seat", condition="live"),
            UniqueConstraint(fields=("host",), name="guest_one_for_host", condition="badge > 0"),
        )


class Stay(Model):
    guest = fields.Reference("house.Guest", on_delete=OnDelete.CASCADE)
    nights = fields.Number()

    class Meta:
        app = "house"
        table = "stay"


class Lamp(Model):
    room = fields.Reference("house.Room", on_delete=OnDelete.CASCADE)

    class Meta:
        app = "house"
        table = "lamp"
