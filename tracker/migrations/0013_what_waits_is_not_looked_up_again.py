from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("tracker", "0012_histories_are_gone_over_again")]

    operations = [
        migrations.AlterField(
            model_name="dueincident",
            name="change",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, to="tracker.change"
            ),
        ),
        migrations.AlterField(
            model_name="dueincident",
            name="incident",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, to="tracker.incident"
            ),
        ),
        migrations.AlterField(
            model_name="dueincident",
            name="truce",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AlterField(
            model_name="logdraft",
            name="change",
            field=models.ForeignKey(
                db_constraint=False, on_delete=PROTECT, related_name="drafts", to="tracker.change"
            ),
        ),
        migrations.AlterField(
            model_name="logdraft",
            name="truce",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=PROTECT,
                to="tracker.truce",
            ),
        ),
    ]
