import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0003_every_answer_has_its_occasion")]

    operations = [
        migrations.AlterField(
            model_name="response",
            name="assignment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="measures.assignment",
            ),
        ),
    ]
