import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0006_violations_are_found"),
    ]

    operations = [
        migrations.CreateModel(
            name="RulingTakedown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "change",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tracker.change"),
                ),
                (
                    "ruling",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takedown",
                        to="tracker.ruling",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="ruling_takedown_gives_its_reason",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingtakedown",
            trigger=pgtrigger.compiler.Trigger(
                name="never_removed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a4212ba2619f0267b9feaa3566f34258ef467644",
                    operation="DELETE",
                    pgid="pgtrigger_never_removed_4256f",
                    table="tracker_rulingtakedown",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingtakedown",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="ecbc0939dbbf14c9d3695810f5d62ee09c240cea",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_7d330",
                    table="tracker_rulingtakedown",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulingtakedown",
            trigger=pgtrigger.compiler.Trigger(
                name="never_altered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="0aa7c98f0731a52204d1d595966a5aa67b0a9e79",
                    operation="UPDATE",
                    pgid="pgtrigger_never_altered_c8558",
                    table="tracker_rulingtakedown",
                    when="BEFORE",
                ),
            ),
        ),
    ]
