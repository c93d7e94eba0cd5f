from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0005_exports_and_snapshots")]

    operations = [
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("counts", True), ("superseded__isnull", True), ("until__isnull", True)),
                fields=["truce", "view", "reading", "incident", "term"],
                name="standing_counting_now",
            ),
        ),
    ]
