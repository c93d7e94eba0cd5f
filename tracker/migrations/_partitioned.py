"""Creating a table that is partitioned by range, which Django's own operation cannot say."""

from __future__ import annotations

from django.db import migrations

PARTITION_SPAN = 10_000_000


class CreatePartitionedModel(migrations.CreateModel):
    """``CreateModel`` for a table partitioned by a whole-number column.

    Makes the first partition (everything below ``PARTITION_SPAN``) and a default one, so that a writer
    is never refused for want of a partition.
    """

    def __init__(self, *args, by: str, **kwargs):
        self.by = by
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "by": self.by}

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        plain = schema_editor.sql_create_table
        schema_editor.sql_create_table = f"{plain} PARTITION BY RANGE ({schema_editor.quote_name(self.by)})"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.sql_create_table = plain
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(
            f'CREATE TABLE "{table}_0" PARTITION OF "{table}" FOR VALUES FROM (MINVALUE) TO ({PARTITION_SPAN})'
        )
        schema_editor.execute(f'CREATE TABLE "{table}_default" PARTITION OF "{table}" DEFAULT')
