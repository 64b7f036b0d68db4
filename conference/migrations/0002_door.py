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
            name='Door',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='doors', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=60)),
                ('takes_cash', fields.BooleanField(default=False)),
                ('cash', fields.IntField(default=0)),
                ('searches', fields.IntField(default=0)),
                ('version', fields.IntField(default=1)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('by', fields.UUIDField(null=True)),
                ('ends', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'door', 'app': 'conference', 'constraints': [CheckConstraint(check='cash >= 0', name='door_cash_not_negative')], 'indexes': [Index(fields=['edition_id', 'made'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Printout',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='printouts', on_delete=OnDelete.RESTRICT)),
                ('what', fields.CharField(max_length=32)),
                ('paper', fields.CharField(max_length=32)),
                ('language', fields.CharField(max_length=8)),
                ('people', fields.IntField()),
                ('made', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('by', fields.UUIDField(null=True)),
            ],
            options={'table': 'printout', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PrintoutPart',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='printout_parts', on_delete=OnDelete.RESTRICT)),
                ('printout', fields.ForeignKeyField('conference.Printout', source_field='printout_id', db_constraint=True, to_field='id', related_name='parts', on_delete=OnDelete.CASCADE)),
                ('number', fields.IntField()),
                ('attendees', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('body', fields.TextField(null=True, unique=False)),
                ('taken', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'printout_part', 'app': 'conference', 'unique_together': (('printout', 'number'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Attendee',
            name='arrived',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Attendee',
            name='arrived_at_door',
            field=fields.ForeignKeyField('conference.Door', source_field='arrived_at_door_id', null=True, db_constraint=True, to_field='id', related_name='arrivals', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Attendee',
            name='badge_taken',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Attendee',
            index=Index(fields=['edition_id', 'arrived']),
        ),
    ]
