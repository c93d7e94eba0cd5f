import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0009_log_entries_hold_their_envelope")]

    operations = [
        migrations.RemoveIndex(model_name="arearing", name="area_ring_by_outline"),
        migrations.AddIndex(
            model_name="arearing",
            index=django.contrib.postgres.indexes.GistIndex(
                models.Func("ring", function="box"), name="area_ring_by_box"
            ),
        ),
    ]
