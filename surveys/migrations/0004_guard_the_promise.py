from django.db import migrations

from surveys import guards


def freeze_what_began(apps, _schema_editor):
    """What people were told before these answers must not change either."""
    from django.utils import timezone

    survey = apps.get_model("surveys", "Survey")
    survey.objects.filter(frozen_on=None, participants__answers__isnull=False).update(frozen_on=timezone.localdate())


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0003_anonymous_answers'),
    ]

    operations = [
        migrations.RunPython(guards.keep_in_key_order, migrations.RunPython.noop),
        migrations.RunPython(freeze_what_began, migrations.RunPython.noop),
        migrations.RunPython(guards.install, guards.remove),
    ]
