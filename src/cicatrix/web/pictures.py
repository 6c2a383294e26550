"""A picture as somebody sends it, made into the one kind that is kept: a JPEG of its pixels alone.

Whatever else a file carries (where and when it was taken, by which telephone, a preview, a second
file behind the first) is not copied: the picture is decoded, turned upright, brought to sRGB and
written anew. What is no photograph is refused in one sentence. Whose it is and where it is kept is
photographs.py.
"""

from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from cicatrix.trial.errors import Refused

MEDIA_TYPE = "image/jpeg"
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000

_FORMATS = ("JPEG", "PNG", "WEBP")
_PLAIN = ("RGB", "L", "1", "CMYK", "YCbCr")
_SEE_THROUGH = ("RGBA", "RGBa", "LA", "La", "P", "PA")


def picture_of(content: bytes) -> bytes:
    """Give a photograph as it is kept, or refuse what is none."""
    if not content:
        raise Refused("photograph", _("Choose a photograph first."))
    if len(content) > MOST_BYTES:
        raise too_large()
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            _refuse_unfit(image)
            return _written(image)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # Hostile bytes make decoders raise anything; the answer is the same.
        raise Refused(
            "photograph",
            _(
                "This file could not be read as a photograph. Send it as JPEG, PNG or WebP, or "
                "take it once more."
            ),
        ) from None


def too_large() -> Refused:
    """Say that a file is too large."""
    return Refused(
        "photograph",
        _("This file is larger than {most} MB. Send a smaller photograph.").format(
            most=MOST_BYTES // 1024**2
        ),
    )


def _too_many_pixels() -> Refused:
    return Refused(
        "photograph",
        _(
            "This picture has more than {most} million pixels. Choose a smaller size in your "
            "camera and take it once more."
        ).format(most=MOST_PIXELS // 1_000_000),
    )


def _refuse_unfit(image: Image.Image) -> None:
    """Look at what the file's head says, before anything is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    # A telephone's JPEG may hold a second picture (MPO); it is the same photograph.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Refused("photograph", _("This picture moves. Send a photograph that stands still."))
    if image.mode not in (*_PLAIN, *_SEE_THROUGH):
        raise Refused("photograph", _("This picture is no photograph in ordinary colours."))


def _written(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    profile = upright.info.get("icc_profile")
    flat = _in_srgb(_on_white(upright), profile)
    # A new image, so that nothing of the old one's head is written with it.
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    out = BytesIO()
    bare.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in _SEE_THROUGH:
        return image
    seen = image.convert("RGBA")
    white = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(white, seen).convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Bring colours to sRGB by the file's profile, which is not kept; a broken one is left out."""
    if profile:
        try:
            found = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError):
            found = None
        if found is not None:
            return found
    return image.convert("RGB")
