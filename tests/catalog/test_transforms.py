from datetime import date
from decimal import Decimal

import pytest

from catalog.transforms import (
    Unfit,
    between,
    birthdate,
    blank,
    email,
    json_list,
    json_object,
    json_value,
    money,
    not_placeholder,
    number,
    numbered,
    one_of,
    squish,
    unless_blank,
)

NAN, INFINITY = Decimal("NaN"), Decimal("Infinity")


def code(step, value):
    """The code with which a step refuses a value."""
    with pytest.raises(Unfit) as refusal:
        step(value)
    message = str(refusal.value)
    assert message.endswith(".")
    assert len(str(value)) < 4 or str(value) not in message, "the message holds the value"
    return refusal.value.code


@pytest.mark.parametrize(
    ("step", "value", "expected"),
    [
        (squish, "  Dr.\t Ann \n Lee ", "Dr. Ann Lee"),
        (squish, "", ""),
        (squish, "陽子　健太", "陽子 健太"),
        (blank, "  a  b ", "a  b"),
        (blank, "", None),
        (blank, " \t\n\u3000", None),
        (unless_blank, "  a  b ", "  a  b "),
        (unless_blank, " \u3000\n", None),
        (not_placeholder, "Null Island", "Null Island"),
        (not_placeholder, "Nullah", "Nullah"),
        (not_placeholder, "", ""),
        (email, "Ann.Lee+x@Example.COM", "ann.lee+x@example.com"),
        (email, "a@b", "a@b"),
        (numbered("PAT-"), 17, "PAT-000017"),
        (numbered("PAT-", digits=2), 1234, "PAT-1234"),
    ],
)
def test_texts(step, value, expected):
    assert step(value) == expected


@pytest.mark.parametrize("value", ["null", "NULL", " Null ", "nUlL\n"])
def test_the_literal_null_is_no_value(value):
    assert code(not_placeholder, value) == "placeholder_text"


@pytest.mark.parametrize("value", ["", "ann", "@example.com", "ann@", "a@b@c", "ann lee@example.com", " a@b", "null"])
def test_what_is_no_address(value):
    assert code(email, value) == "not_email"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0.00"),
        ("12.5", "12.50"),
        (Decimal("1295.50"), "1295.50"),
        ("-0.01", "-0.01"),
        (" 7 ", "7.00"),
        ("1E2", "100.00"),
    ],
)
def test_money_is_exact_to_the_cent(value, expected):
    amount = money(value)
    assert type(amount) is Decimal
    assert str(amount) == expected


@pytest.mark.parametrize("value", ["0.001", Decimal("12.345"), "1e30", Decimal("1E+999"), "9" * 40])
def test_money_is_never_rounded(value):
    assert code(money, value) == "out_of_range"


@pytest.mark.parametrize("step", [money, number])
@pytest.mark.parametrize(
    "value", [0.1, float("nan"), NAN, INFINITY, "NaN", "inf", "12,50", "$5", "", "1_000", True, None, []]
)
def test_what_is_no_number(step, value):
    assert code(step, value) == "not_a_number"


def test_numbers_keep_all_their_digits():
    digits = "123456789012345678901234567890.123456789"
    assert str(number(digits)) == digits
    assert number("1e-400") == Decimal("1e-400")


def test_between_holds_its_bounds():
    percent = between(0, 100)
    assert [percent(value) for value in (0, 8.25, Decimal("100"))] == [0, 8.25, Decimal("100")]
    for value in (-1, Decimal("100.0001"), NAN, float("nan"), INFINITY):
        assert code(percent, value) == "out_of_range"


def test_dates_of_birth_that_nobody_has():
    assert birthdate(date(1900, 1, 1)) == date(1900, 1, 1)
    for value in (date(1899, 12, 31), date(2100, 1, 2), date.max, date.min):
        assert code(birthdate, value) == "out_of_range"


def test_codes_are_looked_up_and_never_defaulted():
    meaning = one_of({0: "zero", 1: "one", "x": None})
    assert [meaning(value) for value in (0, 1, "x")] == ["zero", "one", None]
    for value in (2, -1, "0", "X", ""):
        assert code(meaning, value) == "unmapped_code"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, {"b": null}], "ü": "上顎"}', {"a": [1, {"b": None}], "ü": "上顎"}),
        ("[]", []),
        ('""', ""),
        ("0", 0),
        ("null", None),
        ("", None),
        (" \n", None),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\\u0000"', r"\u0000"),
        (r'"C:\\dir\\ud800"', r"C:\dir\ud800"),
        ("1.10", 1.1),
        ("-0.5e3", -500.0),
        ("9007199254740993", 9007199254740993),
        ("9" * 100, int("9" * 100)),
    ],
)
def test_json(text, value):
    found = json_value(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    ["{'a': 1}", "{", "nan", "NaN", '{"a": NaN}', "-Infinity", '"a\nb"', "\ufeff{}", "[1,]", "undefined", '{"a": 1} x'],
)
def test_what_is_no_json(text):
    assert code(json_value, text) == "not_json"


@pytest.mark.parametrize(
    "text", [r'"a\u0000b"', r'{"\u0000": 1}', r'["\ud83d"]', r'"\uDE00\uD83D"', r'{"a": {"b": "\udfff"}}']
)
def test_escapes_that_no_database_can_hold(text):
    assert code(json_value, text) == "invalid_unicode"


@pytest.mark.parametrize(
    "text", ["0.1000000000000000055511151231257827", "[1e400]", '{"a": 1e-400}', "1e99999999999999999999"]
)
def test_numbers_in_json_with_more_digits_than_can_be_kept(text):
    assert code(json_value, text) == "out_of_range"


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '[{"b": {"a": 1, "a": 1}}]'])
def test_a_key_that_is_there_twice_would_lose_a_value(text):
    assert code(json_value, text) == "not_json"


@pytest.mark.parametrize("levels", [201, 900, 100_000])
def test_json_that_is_nested_too_deeply(levels):
    assert code(json_value, "[" * levels + "]" * levels) == "not_json"
    assert code(json_value, "[" * levels + r'"\u0000"' + "]" * levels) == "not_json"


def test_long_json_is_not_deep_json():
    assert json_value("[" * 200 + "]" * 200)
    assert len(json_value(f"[{','.join(['{}'] * 1000)}]")) == 1000


def test_objects_and_lists_only():
    assert json_object('{"a": 1}') == {"a": 1}
    assert json_list("[1]") == [1]
    assert json_object(" ") is json_list("null") is None
    for step, text in ((json_object, "[]"), (json_object, "1"), (json_list, "{}"), (json_list, '"[]"')):
        assert code(step, text) == "not_json"
