"""In which language an invitation's mails are written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_workshops_on_other_models")]

    operations = [
        migrations.AddField(
            model_name="invitation", name="language", field=models.CharField(blank=True, max_length=10)
        ),
    ]
