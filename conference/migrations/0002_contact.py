from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('conference', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ContactMessage',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('chapter', fields.ForeignKeyField('conference.Chapter', source_field='chapter_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('state', fields.CharField(default='waiting', max_length=32)),
                ('language', fields.CharField(max_length=8)),
                ('name', fields.TextField(null=True, unique=False)),
                ('reach', fields.TextField(null=True, unique=False)),
                ('reach_blind', fields.BigIntField(null=True, db_index=True)),
                ('words', fields.TextField(null=True, unique=False)),
                ('once', fields.CharField(unique=True, max_length=40)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('by', fields.UUIDField(null=True)),
            ],
            options={'table': 'contact_message', 'app': 'conference', 'indexes': [Index(fields=['state', 'made']), Index(fields=['made'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Figures',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', unique=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('sums', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('needs', fields.TextField(null=True, unique=False)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'figures', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='OrderCount',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('ticket_type', fields.ForeignKeyField('conference.TicketType', source_field='ticket_type_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('state', fields.CharField(max_length=32)),
                ('day', fields.CharField(default='', max_length=10)),
                ('n', fields.IntField(default=0)),
            ],
            options={'table': 'order_count', 'app': 'conference', 'unique_together': (('ticket_type', 'state', 'day'),), 'indexes': [Index(fields=['edition_id', 'state', 'day'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Resource',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('slug', fields.CharField(unique=True, max_length=60)),
                ('kind', fields.CharField(max_length=32)),
                ('title', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('about', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('public', fields.BooleanField(default=False)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'resource', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ResourceFile',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('resource', fields.ForeignKeyField('conference.Resource', source_field='resource_id', db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.CASCADE)),
                ('language', fields.CharField(max_length=8)),
                ('version', fields.IntField()),
                ('name', fields.CharField(max_length=120)),
                ('media_type', fields.CharField(max_length=80)),
                ('size', fields.IntField()),
                ('pages', fields.IntField(null=True)),
                ('digest', fields.CharField(max_length=64)),
                ('sent', fields.CharField(max_length=64)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('by', fields.UUIDField(null=True)),
                ('gone', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'resource_file', 'app': 'conference', 'unique_together': (('resource', 'language', 'version'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddIndex(
            model_name='Attendee',
            index=Index(fields=['order_id']),
        ),
        ops.RemoveIndex(
            model_name='IndexWord',
            name=None,
            fields=['place', 'token'],
        ),
        ops.AddIndex(
            model_name='IndexWord',
            index=Index(fields=['place', 'scope', 'token', 'row']),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['edition_id', 'state', 'made']),
        ),
    ]
