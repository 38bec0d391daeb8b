"""What an administrator chooses for the look of reports; each refusal says what would be right."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.colours import HEX
from core.images import MAX_BYTES, ImageRefused, picture_of
from core.language import number
from reports.domain.branding import (
    MARKS_RATIO,
    OWN_COLOUR,
    WORDS_RATIO,
    BrandDraft,
    draft_of,
    tone_for_marks,
    tone_for_words,
    weakest_contrast,
)
from reports.models import Brand

COVER_LINES = 8
REFUSALS: dict[str, str | Promise] = {
    "bytes": _("The logo has more than 2 MB. Save it smaller; 1,200 × 600 pixels are enough for print."),
    "format": _("The file is no PNG, JPEG or SVG picture. Export the logo in one of these forms."),
    "pixels": _("The logo has {found} pixels, more than 16 million in all. 1,200 × 600 are enough for print."),
    "small": _("The logo has {found} pixels; at least 16 in each direction are needed."),
    "broken": _("The picture ends before it is complete or is damaged. Export the logo again."),
    "costly": _("The picture takes too much time or memory to draw. Export the logo as a PNG."),
    "xml": _("The SVG cannot be read: it is damaged, not in UTF-8, or has too many parts. Export the logo as a PNG."),
    "entity": _("The SVG declares entities, which could read files of the server. Export it as plain SVG."),
    "script": _("The SVG holds a script ({found}). Export it as plain SVG, or as a PNG."),
    "reference": _("The SVG refers to something outside itself ({found}). Export it as plain SVG, or as a PNG."),
    "picture": _("The SVG holds another picture. Upload that one, or export the logo as a PNG."),
    "text": _("The SVG holds text, which would look different on each machine. Turn the text into paths first."),
    "element": _("The SVG holds {found}, which a logo does not need. Export it as plain SVG, or as a PNG."),
}


class BrandForm(forms.Form):
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or SVG, at most 2 MB. It is drawn anew as a PNG that fits into 1,200 × 600 pixels."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
    )
    without_logo = forms.BooleanField(label=_("Without a logo"), required=False)
    logo_alt = forms.CharField(
        label=_("The logo in words"),
        max_length=120,
        required=False,
        help_text=_("For readers who cannot see it; empty means “Logo of” and the organization’s name."),
    )
    colour = forms.CharField(
        label=_("Colour"),
        max_length=7,
        help_text=_("Of headings, areas and links, as #rrggbb. Figures keep their own: their colours have a meaning."),
    )
    rule_colour = forms.CharField(
        label=_("Second colour"),
        max_length=7,
        required=False,
        help_text=_("Of the stripe on the cover; empty means the same."),
    )
    cover_text = forms.CharField(
        label=_("Words on the cover"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At most 8 lines, for example who made the report and how to reach them."),
    )
    footer_text = forms.CharField(
        label=_("Words at the foot of every page"),
        max_length=80,
        required=False,
        help_text=_("In place of “Headwater”, for example “Confidential”."),
    )

    def __init__(self, data: Any, files: Any, *, organization: Organization, kept: Brand | None) -> None:
        initial = {"colour": OWN_COLOUR} if kept is None else {**draft_of(kept).__dict__, "logo": None}
        super().__init__(data, files, initial=initial)
        self.organization, self.kept, self.fresh_logo = organization, kept, b""

    def clean_logo(self) -> None:
        uploaded: UploadedFile[bytes] | None = self.cleaned_data.get("logo")
        if uploaded is None:
            return
        try:
            if (uploaded.size or 0) > MAX_BYTES:
                raise ImageRefused("bytes")
            self.fresh_logo = picture_of(uploaded.read()).png
        except ImageRefused as refused:
            raise forms.ValidationError(str(REFUSALS[refused.why]).format(found=refused.found)) from None

    def clean_colour(self) -> str:
        told = gettext(
            "{colour} has a contrast of {contrast} on paper and under white words, where {needed} is needed to "
            "read; the nearest tone of it that passes is {tone}."
        )
        return _passing(self.cleaned_data["colour"], tone_for_words, WORDS_RATIO, told)

    def clean_rule_colour(self) -> str:
        if not self.cleaned_data["rule_colour"]:
            return ""
        told = gettext(
            "{colour} has a contrast of {contrast} on paper, where {needed} is needed to see a stripe; "
            "the nearest tone of it that passes is {tone}."
        )
        return _passing(self.cleaned_data["rule_colour"], tone_for_marks, MARKS_RATIO, told)

    def clean_cover_text(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["cover_text"].splitlines() if line.strip()]
        if len(lines) > COVER_LINES:
            raise forms.ValidationError(
                gettext("The cover has room for {room} lines; these are {n}.").format(room=COVER_LINES, n=len(lines))
            )
        return "\n".join(lines)

    def draft(self) -> BrandDraft:
        chosen = self.cleaned_data
        logo = self.fresh_logo or (b"" if chosen["without_logo"] or not self.kept else bytes(self.kept.logo))
        alt = chosen["logo_alt"] or gettext("Logo of {name}").format(name=self.organization.name)
        return BrandDraft(
            colour=chosen["colour"],
            rule_colour=chosen["rule_colour"] or chosen["colour"],
            cover_text=chosen["cover_text"],
            footer_text=chosen["footer_text"],
            logo=logo,
            logo_alt=alt[:120] if logo else "",
        )

    def rescued(self) -> BrandDraft:
        """The new logo alone, so that it need not be chosen again while something else is put right."""
        before = draft_of(self.kept) if self.kept else BrandDraft(OWN_COLOUR, OWN_COLOUR, "", "", b"", "")
        return BrandDraft(**{**before.__dict__, "logo": self.fresh_logo, "logo_alt": before.logo_alt or "Logo"})


def _plain_colour(text: str) -> str:
    colour = text.strip().lower()
    if not HEX.fullmatch(colour):
        raise forms.ValidationError(gettext("Write the colour as # and six hexadecimal digits, for example #0f5e70."))
    return colour


def _passing(text: str, tone_of: Callable[[str], str], needed: float, told: str) -> str:
    """The colour, or a refusal with the nearest tone that passes."""
    colour = _plain_colour(text)
    if (tone := tone_of(colour)) != colour:
        contrast, least = number(f"{weakest_contrast(colour):.2f}"), number(f"{needed:.1f}")
        raise forms.ValidationError(told.format(colour=colour, contrast=contrast, needed=least, tone=tone))
    return colour
