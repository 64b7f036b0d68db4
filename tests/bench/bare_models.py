"""The tables of the bare registration: as many rows per order as ours has."""

from tortoise import fields
from tortoise.models import Model


class Places(Model):
    id = fields.IntField(primary_key=True)
    left = fields.IntField()


class Order(Model):
    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=16, unique=True)
    email = fields.CharField(max_length=120)
    total = fields.IntField()
    made = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "bare_order"


class Attendee(Model):
    id = fields.IntField(primary_key=True)
    order = fields.ForeignKeyField("bare.Order", related_name="attendees")
    name = fields.CharField(max_length=120)
    ticket = fields.CharField(max_length=40)


class Entry(Model):
    id = fields.IntField(primary_key=True)
    what = fields.CharField(max_length=80)
    order = fields.IntField()


class Task(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=80)
    ids = fields.JSONField()
