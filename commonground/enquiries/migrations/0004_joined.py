import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0001_initial"),
        ("enquiries", "0003_enquirytrace"),
    ]

    operations = [
        migrations.AlterField(
            model_name="enquiry",
            name="data_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.datakey"
            ),
        ),
        migrations.AddField(
            model_name="enquiry",
            name="joined_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
