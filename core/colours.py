"""Contrast of colours as WCAG 2.2 reckons it, and the nearest tone that has enough. Plain Python.

Tones are changed in OKLab (https://bottosson.github.io/posts/oklab/), in which a step in lightness looks equally wide
everywhere: hue and chroma stay while the lightness falls.
"""

import math
import re

HEX = re.compile(r"#[0-9a-f]{6}", re.ASCII)
STEPS = 400  # of lightness between black and white

Rgb = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours written #rrggbb, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def darker_until(colour: str, *, against: tuple[str, ...], ratio: float) -> str:
    """The colour itself, or the lightest tone of its hue under it with that contrast against each of the others."""
    lightness, a, b = _oklab(_linear(colour))
    steps = math.floor(lightness * STEPS)
    tones = (_hex(_from_oklab(step / STEPS, a, b)) for step in range(steps, 0, -1))
    passing = (tone for tone in (colour, *tones) if min(contrast(tone, ground) for ground in against) >= ratio)
    return next(passing, "#000000")


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _line(red), _line(green), _line(blue)


def _line(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _curve(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _oklab(rgb: Rgb) -> Rgb:
    red, green, blue = rgb
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Rgb:
    """Linear parts; where the tone cannot be shown, the chroma is lessened until it can."""
    for share in range(20, -1, -1):
        rgb = _unbounded(lightness, a * share / 20, b * share / 20)
        if all(-1e-6 <= part <= 1 + 1e-6 for part in rgb):
            return rgb
    return rgb


def _unbounded(lightness: float, a: float, b: float) -> Rgb:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(255 * _curve(min(1.0, max(0.0, part)))):02x}" for part in rgb)
