import django.db.models.deletion
import tracker.models.columns
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0010_area_rings_are_found_by_their_box"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="report",
            name="report_newest_first",
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="audit_entries",
                to="tracker.change",
            ),
        ),
        migrations.AlterField(
            model_name="casualty",
            name="claim",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="casualties",
                to="tracker.claim",
            ),
        ),
        migrations.AlterField(
            model_name="changetruce",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="truces",
                to="tracker.change",
            ),
        ),
        migrations.AlterField(
            model_name="dueincident",
            name="truce",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="tracker.truce"
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="reference",
            field=tracker.models.columns.ReferenceField(
                editable=False, max_length=20, prefix="inc", unique=False
            ),
        ),
        migrations.AlterField(
            model_name="logentry",
            name="truce",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="tracker.truce",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="tracker.change",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="reference",
            field=tracker.models.columns.ReferenceField(
                editable=False, max_length=20, prefix="rep", unique=False
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="tracker.source",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="supersedes",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="tracker.report",
            ),
        ),
        migrations.AlterField(
            model_name="reporttruce",
            name="report",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report_truces",
                to="tracker.report",
            ),
        ),
        migrations.AlterField(
            model_name="transition",
            name="reference",
            field=tracker.models.columns.ReferenceField(
                editable=False, max_length=20, prefix="trn", unique=False
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(fields=("reference",), name="incident_reference_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("reference",), name="report_reference_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.UniqueConstraint(fields=("reference",), name="transition_reference_is_unique"),
        ),
    ]
