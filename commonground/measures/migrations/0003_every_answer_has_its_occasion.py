from django.db import migrations


def give_each_its_occasion(apps, schema_editor):
    """What was asked before an hour so far becomes one occasion for each hour."""
    Assignment = apps.get_model("measures", "Assignment")
    Response = apps.get_model("measures", "Response")
    Alert = apps.get_model("measures", "Alert")
    rows = Response.objects.filter(assignment=None).order_by("asked_at", "pk")
    for pk, client, appointment, asked_at in rows.values_list(
        "pk", "client_id", "appointment_id", "asked_at"
    ):
        told = {"client_id": client, "why": "session", "asked_at": asked_at}
        if appointment is None:
            occasion = Assignment.objects.create(opens_at=asked_at, **told | {"why": "hand"})
        else:
            occasion, _new = Assignment.objects.get_or_create(
                appointment_id=appointment, defaults=told
            )
        Response.objects.filter(pk=pk).update(assignment=occasion)
    for pk, due_at in Alert.objects.filter(acknowledged_at=None).values_list("pk", "due_at"):
        Alert.objects.filter(pk=pk).update(goes_on_at=due_at)


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_check_ins")]

    operations = [migrations.RunPython(give_each_its_occasion, migrations.RunPython.noop)]
