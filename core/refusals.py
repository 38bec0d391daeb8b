"""What the domain raises when a rule says no: one sentence for the person, and the status it is answered with."""


class Refused(Exception):
    """The request is understood but does not fit the state of things, for example a closed assessment."""

    status = 409

    @property
    def sentence(self) -> str:
        return str(self)


class Invalid(Refused):
    """The request itself cannot be right, for example an option the maturity model does not offer."""

    status = 422
