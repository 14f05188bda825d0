"""The group for whoever stands beside a young client."""

from django.db import migrations


def make_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="guardian")


class Migration(migrations.Migration):
    dependencies = [("people", "0006_consent_source")]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
