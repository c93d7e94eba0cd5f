from django.db import migrations, models
from django.db.models.functions import Cast, Concat

# What entries said of themselves whenever they were read, written down: nothing that is sent of them changes.
WRITE = """
ALTER TABLE tracker_logentry DISABLE TRIGGER USER;
UPDATE tracker_logentry entry SET envelope =
    '{"position":' || entry.position || ',"type":"' || entry.type || '","truce":'
    || coalesce('"' || (SELECT slug FROM tracker_truce WHERE id = entry.truce_id) || '"', 'null')
    || ',"subject":' || to_json(entry.subject)::text
    || ',"known":"' || to_char(entry.known AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","payload_version":';
ALTER TABLE tracker_logentry ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("tracker", "0008_broken_hours_are_counted_by_index")]

    operations = [
        migrations.AddField(
            model_name="logentry",
            name="envelope",
            field=models.TextField(
                default="",
                help_text="The JSON of the entry as it is sent, up to the version of its payload: "
                "what never changes.",
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(WRITE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Func(
                    "envelope",
                    Concat(
                        models.Value('{"position":', models.TextField()),
                        Cast("position", models.TextField()),
                        models.Value(",", models.TextField()),
                        output_field=models.TextField(),
                    ),
                    function="starts_with",
                    output_field=models.BooleanField(),
                ),
                name="log_entry_envelope_names_its_position",
            ),
        ),
    ]
