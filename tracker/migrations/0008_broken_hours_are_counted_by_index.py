from django.db import migrations, models

COUNTS = models.Q(("counts", True), ("superseded__isnull", True))


class Migration(migrations.Migration):
    dependencies = [("tracker", "0007_rulings_are_taken_down")]

    operations = [
        migrations.RemoveIndex(model_name="standing", name="standing_by_occurrence"),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["truce", "view", "reading", "term", "-occurred_to", "reference"],
                include=["known", "until", "id", "coverage", "restarts_at"],
                condition=COUNTS,
                name="standing_by_occurrence",
            ),
        ),
        migrations.RemoveIndex(model_name="standing", name="standing_latest"),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["truce", "view", "occurred_to"],
                include=["known", "until", "incident", "counts", "term", "coverage"],
                condition=models.Q(("reading", "alleged"), ("superseded__isnull", True)),
                name="standing_latest",
            ),
        ),
    ]
