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
            name='Export',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='exports', on_delete=OnDelete.RESTRICT)),
                ('columns', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('kind', fields.CharField(max_length=32)),
                ('by', fields.UUIDField()),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'export', 'app': 'conference', 'indexes': [Index(fields=['edition_id', 'by'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Factor',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('conference.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='factors', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=32)),
                ('secret', fields.TextField(null=True, unique=False)),
                ('used', fields.BigIntField(default=0)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('confirmed', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_used', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'factor', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Mailing',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='mailings', on_delete=OnDelete.RESTRICT)),
                ('order', fields.ForeignKeyField('conference.Order', source_field='order_id', null=True, db_constraint=True, to_field='id', related_name='mailings', on_delete=OnDelete.CASCADE)),
                ('segment', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('words', fields.TextField(null=True, unique=False)),
                ('state', fields.CharField(default='draft', max_length=32)),
                ('revision', fields.IntField(default=1)),
                ('by', fields.UUIDField(null=True)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('starts', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('started', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('total', fields.IntField(default=0)),
                ('unreachable', fields.IntField(default=0)),
                ('posted', fields.IntField(default=0)),
                ('mark', fields.UUIDField(null=True)),
            ],
            options={'table': 'mailing', 'app': 'conference', 'constraints': [CheckConstraint(check='posted >= 0 AND total >= 0 AND unreachable >= 0', name='mailing_counts_not_negative')], 'indexes': [Index(fields=['edition_id', 'made'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('conference.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='recovery_codes', on_delete=OnDelete.CASCADE)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('spent', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'recovery_code', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='SignIn',
            name='challenge',
            field=fields.CharField(null=True, max_length=120),
        ),
        ops.AddField(
            model_name='SignIn',
            name='challenged',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='SignIn',
            name='proved',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
