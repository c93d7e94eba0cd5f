from django.db import migrations, models

# A history written while facts came in may lack what they changed: each is gone over once more, from before
# anything was known on.
GO_OVER = "UPDATE tracker_truce SET revision = revision + 1, rewind_to = '1900-01-01T00:00:00Z'"


class Migration(migrations.Migration):
    dependencies = [("tracker", "0011_each_question_has_one_index")]

    operations = [
        migrations.AddField(
            model_name="truce",
            name="walk_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(GO_OVER, migrations.RunSQL.noop),
    ]
