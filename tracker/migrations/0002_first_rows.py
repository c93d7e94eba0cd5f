from django.db import migrations


def open_the_log(apps, schema_editor):
    head = apps.get_model("tracker", "LogHead")
    for view in ("public", "full"):
        head.objects.get_or_create(view=view)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_tables")]

    operations = [migrations.RunPython(open_the_log, migrations.RunPython.noop)]
