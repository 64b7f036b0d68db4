from tortoise import migrations
from tortoise.migrations import operations as ops
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
            name='Endorsement',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name='endorsements', on_delete=OnDelete.RESTRICT)),
                ('text', fields.ForeignKeyField('conference.AdoptedText', source_field='text_id', db_constraint=True, to_field='id', related_name='endorsements', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=32)),
                ('state', fields.CharField(default='draft', max_length=32)),
                ('authority', fields.CharField(max_length=32)),
                ('quiet', fields.BooleanField(default=False)),
                ('language', fields.CharField(max_length=8)),
                ('name', fields.TextField(null=True, unique=False)),
                ('city', fields.TextField(null=True, unique=False)),
                ('region', fields.TextField(null=True, unique=False)),
                ('likeness', fields.TextField(null=True, unique=False)),
                ('likeness_blind', fields.BigIntField(null=True, db_index=True)),
                ('domain', fields.TextField(null=True, unique=False)),
                ('domain_blind', fields.BigIntField(null=True, db_index=True)),
                ('signer', fields.TextField(null=True, unique=False)),
                ('role', fields.TextField(null=True, unique=False)),
                ('email', fields.TextField(null=True, unique=False)),
                ('email_blind', fields.BigIntField(null=True, db_index=True)),
                ('phone', fields.TextField(null=True, unique=False)),
                ('phone_blind', fields.BigIntField(null=True, db_index=True)),
                ('public_name', fields.CharField(default='', max_length=160)),
                ('public_place', fields.CharField(default='', max_length=160)),
                ('public_order', fields.CharField(default='', max_length=300)),
                ('into', fields.ForeignKeyField('conference.Endorsement', source_field='into_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('revision', fields.IntField(default=1)),
                ('version', fields.IntField(default=1)),
                ('sole', fields.CharField(null=True, unique=True, max_length=120)),
                ('once', fields.CharField(null=True, unique=True, max_length=40)),
                ('made', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('confirmed', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'endorsement', 'app': 'conference', 'constraints': [CheckConstraint(check="public_name = '' OR (state = 'counted' AND NOT quiet)", name='endorsement_public_only_while_listed'), CheckConstraint(check="state NOT IN ('confirmed', 'counted') OR confirmed IS NOT NULL", name='endorsement_stands_only_confirmed')], 'indexes': [Index(fields=['edition_id', 'state', 'made']), Index(fields=['text_id', 'state', 'kind', 'public_order'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
