from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('conference', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Erased',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('place', fields.CharField(max_length=80)),
                ('row', fields.UUIDField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'erased', 'app': 'conference', 'unique_together': (('place', 'row'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Purged',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=80)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', null=True, db_constraint=True, to_field='id', related_name='purged', on_delete=OnDelete.RESTRICT)),
                ('due', fields.DateField(null=True)),
                ('done', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('rows', fields.IntField(default=0)),
            ],
            options={'table': 'purged', 'app': 'conference', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Order',
            name='new_email',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Order',
            name='new_email_asked',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Person',
            name='given',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
