from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0018_log_entries_are_found_by_how_their_subject_begins")]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["kind"],
                name="report_by_other_kind",
                condition=models.Q(("kind", "incident"), _negated=True),
            ),
        ),
    ]
