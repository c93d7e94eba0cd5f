from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0017_incidents_are_weighed_in_every_truce")]

    operations = [
        migrations.RemoveIndex(model_name="logentry", name="log_entry_by_subject"),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["subject"], name="log_entry_by_subject", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
