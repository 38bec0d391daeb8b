from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """Register the system checks."""
        from core import checks  # noqa: F401  # importing registers them
