from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0013_what_waits_is_not_looked_up_again")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("verb__in", ("report.taken_down", "ruling.taken_down"))),
                fields=["id"],
                name="audit_entry_of_takedown",
            ),
        ),
    ]
