"""What this app announces to the apps above it, which it may not import."""

from django.dispatch import Signal

# Sent with `user` and `organization`, inside the transaction in which a person leaves: each app erases what it keeps of
# the person there. `organization` is None when the account goes: then everywhere.
person_left = Signal()
