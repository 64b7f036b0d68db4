from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index


async def count_arrivals(apps, editor):
    """Those who are here already."""
    run = editor.client.execute_query_dict
    hour = "CAST(date_trunc('hour', arrived AT TIME ZONE 'UTC') AS text)" if editor.client.capabilities.dialect == "postgres" else "arrived"
    for row in await run(
        f"""SELECT CAST(edition_id AS text) AS edition, CAST(arrived_at_door_id AS text) AS door, substr({hour}, 1, 13) AS hour, count(*) AS n
        FROM attendee WHERE arrived IS NOT NULL AND arrived_at_door_id IS NOT NULL GROUP BY 1, 2, 3"""
    ):
        values = f"'{uuid4()}', '{row['edition']}', '{row['door']}', '{row['hour']}', {row['n']}"
        await editor.client.execute_query(f"INSERT INTO arrival_count (id, edition_id, door_id, hour, n) VALUES ({values})")


class Migration(migrations.Migration):
    dependencies = [('conference', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='ArrivalCount',
            fields=[
                ('id', fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ('edition', fields.ForeignKeyField('conference.Edition', source_field='edition_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                ('door', fields.ForeignKeyField('conference.Door', source_field='door_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('hour', fields.CharField(max_length=13)),
                ('n', fields.IntField(default=0)),
            ],
            options={'table': 'arrival_count', 'app': 'conference', 'unique_together': (('door', 'hour'),), 'indexes': [Index(fields=['edition_id', 'hour'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.RunPython(count_arrivals),
    ]
