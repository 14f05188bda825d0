"""Gateway to fontTools: the two type families of the house, cut down to European languages.

The families come as Python packages (both under the SIL Open Font Licence), so that no font file
lies in the repository and no visitor's browser ever asks a foreign host for one.
"""

from importlib.resources import files
from pathlib import Path

from fontTools import subset

# file in the package -> the package; without its suffix the file is called so in fonts.css
FACES = {
    "SourceSerifPro-Regular.otf": "font_source_serif_pro",
    "SourceSerifPro-It.otf": "font_source_serif_pro",
    "SourceSerifPro-Semibold.otf": "font_source_serif_pro",
    "HankenGrotesk-Regular.otf": "font_hanken_grotesk",
    "HankenGrotesk-Medium.otf": "font_hanken_grotesk",
    "HankenGrotesk-SemiBold.otf": "font_hanken_grotesk",
    "HankenGrotesk-Bold.otf": "font_hanken_grotesk",
}
LICENCES = {
    "SourceSerifPro-OFL.txt": ("font_source_serif_pro", "LICENSE.txt"),
    "HankenGrotesk-OFL.txt": ("font_hanken_grotesk", "OFL.txt"),
}
# Latin, Latin-1 and Latin Extended-A; then spaces, dashes, quotes, ellipsis, primes, euro, arrows.
LETTERS = (
    "U+0020-007E,U+00A0-017F,U+0218-021B,U+2002-200A,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,"
    "U+202F,U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2116,U+2122,U+2190-2193,U+2212"
)
FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "mkmk"]  # how letters meet
FEATURES += ["onum", "lnum", "tnum", "pnum", "zero", "frac"]  # how figures look


def cut(folder: Path) -> list[Path]:
    """Write every face as woff2 into `folder`, its licence beside it; return what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [_cut_face(folder, package, name) for name, package in FACES.items()]
    for name, (package, source) in LICENCES.items():
        (folder / name).write_bytes((files(package) / "files" / source).read_bytes())
        written.append(folder / name)
    return written


def _cut_face(folder: Path, package: str, name: str) -> Path:
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.desubroutinize = True  # smaller once woff2 has compressed it
    options.notdef_outline = True
    options.recalc_timestamp = False  # the same input gives the same file
    font = subset.load_font(str(files(package) / "files" / name), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(LETTERS))
    subsetter.subset(font)
    target = folder / f"{Path(name).stem}.woff2"
    subset.save_font(font, str(target), options)
    font.close()
    return target
