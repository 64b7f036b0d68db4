from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

class Migration(migrations.Migration):
    dependencies = [('conference', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BedOffer',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('code', fields.CharField(unique=True, max_length=16)),
                ('language', fields.CharField(max_length=8)),
                ('name', fields.TextField(null=True, unique=False)),
                ('languages', fields.TextField(null=True, unique=False)),
                ('note', fields.TextField(null=True, unique=False)),
                ('email', fields.TextField(null=True, unique=False)),
                ('email_blind', fields.BigIntField(null=True, db_index=True)),
                ('phone', fields.TextField(null=True, unique=False)),
                ('claim', fields.TextField(null=True, unique=False)),
                ('claim_blind', fields.BigIntField(null=True, db_index=True)),
                ('version', fields.IntField(default=1)),
                ('once', fields.CharField(null=True, unique=True, max_length=40)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('conference.Person', source_field='person_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharField(default='offered', max_length=32)),
                ('kinds', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('conditions', fields.TextField(null=True, unique=False)),
                ('neighborhood', fields.TextField(null=True, unique=False)),
                ('street', fields.TextField(null=True, unique=False)),
            ],
            options={'table': 'bed_offer', 'app': 'conference', 'indexes': [Index(fields=['edition_id', 'state', 'made']), Index(fields=['person_id'])], 'pk_attr': 'id'},
            bases=['Asked'],
        ),
        ops.CreateModel(
            name='BedNight',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('offer', fields.ForeignKeyField('conference.BedOffer', source_field='offer_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('night', fields.DateField()),
                ('beds', fields.IntField()),
                ('taken', fields.IntField(default=0)),
            ],
            options={'table': 'bed_night', 'app': 'conference', 'unique_together': (('offer', 'night'),), 'constraints': [CheckConstraint(check='taken >= 0 AND taken <= beds', name='bed_night_taken_within_beds')], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BedRequest',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('code', fields.CharField(unique=True, max_length=16)),
                ('language', fields.CharField(max_length=8)),
                ('name', fields.TextField(null=True, unique=False)),
                ('languages', fields.TextField(null=True, unique=False)),
                ('note', fields.TextField(null=True, unique=False)),
                ('email', fields.TextField(null=True, unique=False)),
                ('email_blind', fields.BigIntField(null=True, db_index=True)),
                ('phone', fields.TextField(null=True, unique=False)),
                ('claim', fields.TextField(null=True, unique=False)),
                ('claim_blind', fields.BigIntField(null=True, db_index=True)),
                ('version', fields.IntField(default=1)),
                ('once', fields.CharField(null=True, unique=True, max_length=40)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('conference.Person', source_field='person_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('order', fields.ForeignKeyField('conference.Order', source_field='order_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharField(default='open', max_length=32)),
                ('people', fields.IntField()),
                ('nights', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('needs', fields.TextField(null=True, unique=False)),
            ],
            options={'table': 'bed_request', 'app': 'conference', 'constraints': [CheckConstraint(check='people >= 1 AND people <= 12', name='bed_request_of_one_to_twelve')], 'indexes': [Index(fields=['edition_id', 'state', 'made']), Index(fields=['order_id']), Index(fields=['person_id'])], 'pk_attr': 'id'},
            bases=['Asked'],
        ),
        ops.CreateModel(
            name='Stay',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('request', fields.ForeignKeyField('conference.BedRequest', source_field='request_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('offer', fields.ForeignKeyField('conference.BedOffer', source_field='offer_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(default='host-asked', max_length=32)),
                ('people', fields.IntField()),
                ('nights', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('asked', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('reminded', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('host_yes', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('guest_yes', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('arrived', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('leaving', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'stay', 'app': 'conference', 'indexes': [Index(fields=['edition_id', 'state']), Index(fields=['request_id', 'made']), Index(fields=['offer_id', 'made']), Index(fields=['state', 'asked'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
