from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0015_incidents_are_weighed_again")]

    operations = [
        migrations.AddIndex(
            model_name="dueincident",
            index=models.Index(fields=["incident"], name="due_incident_by_incident"),
        ),
    ]
