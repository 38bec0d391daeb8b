"""What assessments announce to the apps above them, which this app may not import."""

from django.dispatch import Signal

assessment_closed = Signal()  # sent with `assessment`, inside the transaction that closed it
assessment_reopened = Signal()  # the same for opening again; a receiver may refuse it by raising
