from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0021_incidents_are_weighed_as_they_show")]

    operations = [
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["view", "position"],
                name="log_entry_redacted_of_no_truce",
                condition=models.Q(("truce__isnull", True), ("type", "entry.redacted")),
            ),
        ),
    ]
