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
            name='DepositBatch',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='batches', on_delete=OnDelete.RESTRICT)),
                ('number', fields.IntField()),
                ('day', fields.DateField()),
                ('cents', fields.IntField()),
                ('count', fields.IntField()),
                ('currency', fields.CharField(max_length=3)),
                ('banked', fields.DateField(null=True)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'deposit_batch', 'app': 'conference', 'unique_together': (('edition', 'number'),), 'constraints': [CheckConstraint(check='cents > 0', name='batch_cents_positive')], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Check',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='checks', on_delete=OnDelete.RESTRICT)),
                ('payment', fields.ForeignKeyField('conference.Payment', source_field='payment_id', null=True, db_constraint=True, to_field='id', related_name='checks', on_delete=OnDelete.RESTRICT)),
                ('batch', fields.ForeignKeyField('conference.DepositBatch', source_field='batch_id', null=True, db_constraint=True, to_field='id', related_name='checks', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(db_index=True, max_length=32)),
                ('cents', fields.IntField()),
                ('extra', fields.IntField(default=0)),
                ('currency', fields.CharField(max_length=3)),
                ('number', fields.CharField(default='', max_length=24)),
                ('dated', fields.DateField(null=True)),
                ('postmark', fields.DateField(null=True)),
                ('year', fields.IntField()),
                ('writer', fields.TextField(null=True, unique=False)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'paper_check', 'app': 'conference', 'constraints': [CheckConstraint(check='cents > 0 AND extra >= 0 AND extra <= cents', name='check_cents_positive')], 'indexes': [Index(fields=['edition_id', 'state', 'made'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Gift',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='gifts', on_delete=OnDelete.RESTRICT)),
                ('payment', fields.ForeignKeyField('conference.Payment', source_field='payment_id', db_constraint=True, to_field='id', related_name='gifts', on_delete=OnDelete.RESTRICT)),
                ('code', fields.CharField(unique=True, max_length=16)),
                ('way', fields.CharField(max_length=32)),
                ('cents', fields.IntField()),
                ('language', fields.CharField(max_length=8)),
                ('year', fields.IntField()),
                ('name', fields.TextField(null=True, unique=False)),
                ('email', fields.TextField(null=True, unique=False)),
                ('email_blind', fields.BigIntField(null=True, db_index=True)),
                ('person', fields.ForeignKeyField('conference.Person', source_field='person_id', null=True, db_constraint=True, to_field='id', related_name='gifts', on_delete=OnDelete.RESTRICT)),
                ('order', fields.UUIDField(null=True, unique=True)),
                ('version', fields.IntField(default=1)),
                ('once', fields.CharField(null=True, unique=True, max_length=40)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'gift', 'app': 'conference', 'constraints': [CheckConstraint(check='cents > 0', name='gift_cents_positive')], 'indexes': [Index(fields=['edition_id', 'made']), Index(fields=['payment_id'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Receipt',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='receipts', on_delete=OnDelete.RESTRICT)),
                ('payment', fields.ForeignKeyField('conference.Payment', source_field='payment_id', db_constraint=True, to_field='id', related_name='receipts', on_delete=OnDelete.RESTRICT)),
                ('issuer', fields.CharField(max_length=120)),
                ('year', fields.IntField()),
                ('number', fields.IntField()),
                ('sponsor', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('lines', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('cents', fields.IntField()),
                ('currency', fields.CharField(max_length=3)),
                ('method', fields.CharField(max_length=32)),
                ('paid', fields.DateField()),
                ('language', fields.CharField(max_length=8)),
                ('demo', fields.BooleanField(default=False)),
                ('donor', fields.TextField(null=True, unique=False)),
                ('address', fields.TextField(null=True, unique=False)),
                ('note', fields.TextField(null=True, unique=False)),
                ('in_force', fields.BooleanField(null=True, default=True)),
                ('by_mail', fields.BooleanField(default=False)),
                ('printed', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'receipt', 'app': 'conference', 'unique_together': (('issuer', 'year', 'number'), ('payment', 'in_force')), 'indexes': [Index(fields=['edition_id', 'made'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Series',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=160)),
                ('given', fields.IntField(default=0)),
            ],
            options={'table': 'series', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Payment',
            name='part',
            field=fields.IntField(default=0, db_default=0),
        ),
    ]
