"""One group for each role, so that the website can give editors what they need."""

from django.db import migrations

ROLES = ["client", "therapist", "supervisor", "coordinator", "owner"]


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for role in ROLES:
        group.objects.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
