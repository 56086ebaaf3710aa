"""The ten countries of the practices: shares as recorded, and how addresses look there."""

from random import Random
from typing import NamedTuple

from legacy.demo.words import STREETS


class Country(NamedTuple):
    """A country as the old system spells it; `recorded` is its number of offices among 896.

    In `zip` and `phone` every # stands for a digit.
    """

    name: str | None
    recorded: int
    cities: tuple[tuple[str, str], ...]
    zip: str
    phone: str
    tax: tuple[str, ...]


_USA = (("Boston", "MA"), ("Dallas", "TX"), ("San Diego", "CA"), ("Miami", "FL"), ("Columbus", "OH"), ("Seattle", "WA"))
COUNTRIES = (
    Country("USA", 553, _USA, "#####", "(###) ###-####", ("0.0000", "6.2500", "7.2500", "8.8750", "10.2500")),
    Country(
        "India", 155, (("Mumbai", "MH"), ("Chennai", "TN"), ("Pune", "MH")), "######", "+91 ##### #####", ("18.0000",)
    ),
    Country(
        "Japan",
        110,
        (("大阪市", "大阪府"), ("新宿区", "東京都"), ("福岡市", "福岡県")),
        "###-####",
        "+81 3-####-####",
        ("10.0000",),
    ),
    Country(
        "Thailand", 64, (("Bangkok", "Bangkok"), ("Chiang Mai", "Chiang Mai")), "#####", "+66 2 ### ####", ("7.0000",)
    ),
    Country("Vietnam", 3, (("Hanoi", ""), ("Da Nang", "")), "######", "+84 24 #### ####", ("8.0000", "10.0000")),
    Country("Australia", 3, (("Perth", "WA"), ("Sydney", "NSW")), "####", "+61 8 #### ####", ("10.0000",)),
    Country("Philippines", 1, (("Quezon City", "NCR"),), "####", "+63 2 #### ####", ("12.0000",)),
    Country("Singapore", 1, (("Singapore", ""),), "######", "+65 #### ####", ("9.0000",)),
    Country("France", 1, (("Lyon", "Rhône"),), "#####", "+33 4 ## ## ## ##", ("20.0000",)),
    Country("New Zealand", 1, (("Auckland", ""),), "####", "+64 9 ### ####", ("15.0000",)),
    Country(None, 4, _USA, "#####-####", "###.###.####", ("0.0000",)),
)


def spread(total: int) -> list[Country]:
    """`total` countries in their recorded shares, each at least once; the largest one takes the rest."""
    recorded = sum(country.recorded for country in COUNTRIES)
    small = [country for country in COUNTRIES[1:] for _ in range(max(1, round(country.recorded * total / recorded)))]
    return [COUNTRIES[0]] * (total - len(small)) + small


def digits(rng: Random, pattern: str) -> str:
    """The pattern with each # replaced by a digit; a leading one is never 0."""
    return "".join(
        str(rng.randint(1, 9) if index == 0 else rng.randint(0, 9)) if sign == "#" else sign
        for index, sign in enumerate(pattern)
    )


def street(rng: Random, country: Country) -> str:
    """A street address in the manner of the country."""
    if country.name == "Japan":
        return f"{rng.choice(('本町', '中央', '緑町'))}{rng.randint(1, 9)}-{rng.randint(1, 30)}-{rng.randint(1, 20)}"
    return f"{rng.randint(1, 9800)} {rng.choice(STREETS)}"
