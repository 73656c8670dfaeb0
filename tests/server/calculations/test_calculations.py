from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.calculations.desk import Content, Desk, calculate, shown

from fmorm.server.calculations.formula import Formula, FormulaError, Reference, compile_formula
from fmorm.server.calculations.functions.catalogue import FUNCTIONS, absent_function
from fmorm.server.calculations.values import as_text

WORDS = [
    *(
        "1",
        "0",
        ".5",
        '"a"',
        '"1/5/2024"',
        "Field",
        "Unit Price",
        "lines::Amount",
        "Field[2]",
        "${a+b}",
        "$x",
        "$$y",
    ),
    *("+", "-", "*", "/", "^", "&", "=", "<>", "≠", "<", ">=", "and", "or", "xor", "not", "¶"),
    *("(", ")", ";", "[", "]", ",", "::", "{", "}", '"', "//", "/*", "*/", "$", "\n", "\\", "“", "\x00"),
    *(
        "Let (",
        "[ x =",
        "While (",
        "Get ( AccountName )",
        "Get (",
        "Self",
        "Left (",
        "If (",
        "Case (",
        "Sum (",
    ),
    *("Substitute (", "JSONSetElement (", "Pi", "Random", "Evaluate (", "Custom (", "Date (", "Char ("),
]


def mistake(formula: str, custom: list[str] | None = None) -> str:
    with pytest.raises(FormulaError) as raised:
        compile_formula(formula, custom)
    return str(raised.value)


class TestWhatPeopleWrite:
    @pytest.mark.parametrize(
        ("formula", "result"),
        [
            ("Quantity * Price", "7.5"),
            ('First & " " & Last', "Agnes Muster"),
            ('If ( Quantity > 100 ; "big" ; "small" )', "small"),
            ("Sum ( lines::Amount )", "60"),
            ("Owner = Get ( AccountName )", "1"),
            ("Let ( [ x = 1 ; y = x + 1 ] ; x * y )", "2"),
            ("Unit Price * 2", "5"),
            ('Case ( Quantity < 1 ; "none" ; Quantity < 5 ; "few" ; "many" )', "few"),
            ("Quantity // how many\n+ /* and\none */ 1", "4"),
        ],
    )
    def test_it_works(self, formula: str, result: str) -> None:
        values: dict[str, Content] = {
            "Quantity": Decimal(3),
            "Price": Decimal("2.5"),
            "Unit Price": Decimal("2.5"),
            "First": "Agnes",
            "Last": "Muster",
            "Owner": "Agnes",
        }
        lines = {"lines::Amount": [Decimal(10), Decimal(20), None, Decimal(30)]}
        assert as_text(compile_formula(formula).evaluate(Desk({**values, **lines}))) == result


class TestNames:
    @pytest.mark.parametrize(
        ("formula", "references"),
        [
            ("Unit Price * 2", ["Unit Price"]),
            ("Größe + Prénom", ["Größe", "Prénom"]),
            ("a  b", ["a  b"]),
            ("lines::Unit Price", ["lines::Unit Price"]),
            ("my lines :: Amount", ["my lines::Amount"]),
            ("Phone[2]", ["Phone[2]"]),
            ("lines::Phone [ 3 ]", ["lines::Phone[3]"]),
            ("${a + b} & ${x::y}", ["a + b", "x::y"]),
            ("${my table}::${3rd}[2]", ["my table::3rd[2]"]),
            ("notes and android or orders", ["notes", "android", "orders"]),
            ("Name2 & #id & is_it?", ["#id", "Name2", "is_it?"]),
            ("Date & Sum & Left", ["Date", "Left", "Sum"]),
            ("Phone[n]", ["Phone", "n"]),
            ("Length ( Self ) < 5", ["Self"]),
            ("Let ( x = a ; x + b )", ["a", "b"]),
            ("Let ( a = a + 1 ; A )", ["a"]),
            ("$a + $$b", []),
            ("Do it and don't", ["Do it", "don't"]),
        ],
    )
    def test_references_are_the_fields_as_written(self, formula: str, references: list[str]) -> None:
        assert sorted(map(str, compile_formula(formula).references)) == sorted(references)

    def test_a_reference_has_its_parts(self) -> None:
        (reference,) = compile_formula("lines::Phone[2]").references
        assert reference == Reference("lines", "Phone", 2)

    def test_case_does_not_matter_in_functions_and_variables(self) -> None:
        assert shown('LET ( Total = 5 ; uPPer ( total & "a" ) )') == "5A"

    def test_an_inner_let_leaves_the_outer_variable_alone(self) -> None:
        assert shown("Let ( x = 1 ; Let ( x = 2 ; x ) & x )") == "21"

    def test_a_dollar_variable_lives_on_after_its_let(self) -> None:
        assert shown("Let ( $x = 1 ; 0 ) & $x & $y") == "01"

    def test_an_evaluation_leaves_nothing_for_the_next_one(self) -> None:
        formula = compile_formula("$x & Let ( $x = 1 ; $x )")
        assert [formula.evaluate(Desk()), formula.evaluate(Desk())] == ["1", "1"]

    def test_globals_come_from_the_scope(self) -> None:
        assert calculate("$$Current Year") == "global Current Year"


class TestWhatIsKnownBefore:
    @pytest.mark.parametrize(
        ("formula", "is_volatile"),
        [
            ("1 + a", False),
            ("Get ( RecordID )", False),
            ("Get ( FileName )", False),
            ("Get ( AccountName )", True),
            ("Get ( CurrentDate ) - Born", True),
            ("Round ( Random ; 2 )", True),
            ("$$x", True),
            ("$x", False),
        ],
    )
    def test_volatile_is_what_changes_by_itself(self, formula: str, is_volatile: bool) -> None:
        assert compile_formula(formula).is_volatile is is_volatile

    def test_calls_are_the_custom_functions(self) -> None:
        formula = compile_formula("Initials ( Left ( a ; 1 ) ; b ) & Other ( )")
        assert formula.calls == {"Initials", "Other"}
        assert formula.evaluate(Desk({"a": "xy", "b": Decimal(2)})) == "Initials(x, 2)Other()"

    def test_a_custom_function_without_arguments_needs_no_parentheses(self) -> None:
        formula = compile_formula("taxrate * 2", ["TaxRate"])
        assert formula.calls == {"TaxRate"}
        assert not formula.references

    def test_a_formula_is_a_value(self) -> None:
        assert compile_formula("a + 1") == compile_formula("a + 1") != compile_formula("a + 2")
        assert isinstance(hash(compile_formula("a")), int)
        with pytest.raises(AttributeError):
            compile_formula("a").text = "b"  # type: ignore[misc]


class TestMistakes:
    @pytest.mark.parametrize(
        ("formula", "message"),
        [
            ("", "line 1, column 1: expected a value, not the end of the formula"),
            ("1 +", "line 1, column 4: expected a value, not the end of the formula"),
            ("1 2", "line 1, column 3: expected an operator or the end, not 2"),
            ("2nd", "line 1, column 2: expected an operator or the end, not nd; a name with special"),
            ("(1", "line 1, column 3: expected ) to close the parenthesis, not the end"),
            ('a\n& "b', 'line 2, column 3: this text has no end; expected a closing "'),
            ("a /* b", "line 1, column 3: this comment has no end; expected */"),
            ("Left ( a , 1 )", "line 1, column 10: unexpected ,: arguments are separated by ;"),
            ("“a”", "line 1, column 1: unexpected “: texts are written between straight quotes"),
            ("Left ( a )", "line 1, column 1: 1 argument for Left ( text ; numberOfCharacters )"),
            ("Pi ( 1 )", "line 1, column 1: 1 argument for Pi"),
            ("1 + Abs ( )", "line 1, column 5: 0 arguments for Abs ( number )"),
            ("Round ( 1 ; 2 ; 3 )", "3 arguments for Round ( number ; precision )"),
            ("Get ( AcountName )", 'line 1, column 7: Get has no AcountName; did you mean "AccountName"?'),
            ("Get ( 1 )", "line 1, column 7: Get has no 1"),
            (
                'Evaluate ( "1" )',
                "Evaluate is a function of FileMaker that the embedded server does not have",
            ),
            ("Abs ( [ 1 ; 2 ] )", "line 1, column 7: brackets are not expected here"),
            ('Substitute ( a ; [ "b" ] )', "expected 2 values in each pair of brackets of Substitute"),
            ('Substitute ( [ a ; "b" ] )', "expected 2 values in each pair of brackets of Substitute"),
            ("Let ( 1 ; 2 )", "line 1, column 7: expected the name of a variable, not 1"),
            ("Let ( [ x 1 ] ; 2 )", "expected = after the variable x 1, not ]"),
            ("Let ( $$x = 1 ; 2 )", "a formula cannot set $$x here; use a script"),
            ("lines::", "expected the name of a field after lines::, not the end of the formula"),
            ("${ }", "expected a name between ${ and }"),
            ("a[0]", "line 1, column 3: expected the number of a repetition, not 0"),
            ("lines::a[n]", "line 1, column 10: expected a written number"),
            ("$x[2]", "repetitions of variables are not supported"),
            ("1e999", "1e999 is beyond FileMaker's numbers"),
            ("a \x00", "line 1, column 3: unexpected character U+0000"),
        ],
    )
    def test_the_message_says_where_and_what(self, formula: str, message: str) -> None:
        assert message in mistake(formula)

    def test_an_unknown_function_is_refused_where_the_custom_ones_are_known(self) -> None:
        assert mistake("Lenght ( a )", []).endswith('there is no function Lenght; did you mean "Length"?')
        assert mistake("Inital ( a )", ["Initials"]).endswith('did you mean "Initials"?')
        assert mistake("Qwertz ( a )", []).endswith("there is no function Qwertz")

    def test_a_formula_may_be_long_but_not_deep(self) -> None:
        assert calculate(" + ".join(["1"] * 5_000)) == 5_000
        assert calculate(" and ".join(["1 = 1 or 0 * 2"] * 2_000)) == 1
        assert calculate("(" * 60 + "1" + ")" * 60) == 1
        assert "nested too deep" in mistake("(" * 100_000 + "1")
        assert "nested too deep" in mistake("- " * 100_000 + "1")
        assert "nested too deep" in mistake("Abs ( " * 200 + "1" + ")" * 200)
        nested = 'If ( n = 1 ; "x" ; ' * 60 + '"end"' + " )" * 60
        assert shown(nested, n=Decimal(0)) == "end"

    @given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
    def test_any_text_is_a_formula_or_a_mistake_with_a_place(self, text: str) -> None:
        try:
            formula = compile_formula(text)
        except FormulaError as error:
            place = error
        else:
            assert isinstance(as_text(formula.evaluate(Desk())), str)
            return
        assert str(place).startswith(f"line {place.line}, column {place.column}: ")
        assert 1 <= place.line <= text.count("\n") + 1
        assert 1 <= place.column <= len(text) + 1


class Bottomless(Desk):
    formula = compile_formula("a & 1")

    def field(self, reference: Reference) -> str:
        return as_text(self.formula.evaluate(self))


class TestEvaluation:
    @pytest.mark.parametrize(
        "formula", ["missing", "missing + 1", "-missing", "Sum ( missing )", "1/0 = 1/0", "1/0 and 1"]
    )
    def test_an_error_is_a_question_mark(self, formula: str) -> None:
        assert calculate(formula) == "?"

    def test_an_error_shows_where_it_stands_in_a_text(self) -> None:
        assert shown('"a" & 1 / 0 & "b"') == "a?b"

    def test_an_error_that_nobody_needs_does_no_harm(self) -> None:
        assert shown('Let ( x = 1 / 0 ; "fine" )') == "fine"

    def test_formulas_that_need_each_other_without_end_are_an_error(self) -> None:
        assert as_text(Bottomless().field(Reference(None, "a"))).startswith("?")

    @pytest.mark.parametrize(
        ("formula", "is_true"),
        [
            ("1", True),
            ("-0.1", True),
            ("0", False),
            ('""', False),
            ('"yes"', False),
            ('"2 x"', True),
            ("1/0", False),
        ],
    )
    def test_true_is_a_number_that_is_not_0(self, formula: str, is_true: bool) -> None:
        assert compile_formula(formula).is_true(Desk()) is is_true

    def test_what_the_scope_raises_reaches_the_caller(self) -> None:
        class Broken(Desk):
            def get(self, name: str) -> None:
                raise OSError(name)

        with pytest.raises(OSError, match="AccountName"):
            compile_formula("Get ( AccountName ) & 1").evaluate(Broken())

    def test_get_gives_empty_or_an_error_when_it_is_unknown(self) -> None:
        assert calculate("Get ( ScriptParameter )") == ""
        assert calculate("Get ( foundcount ) + 1") == 4
        assert calculate("Get ( WindowName )") == "?"

    def test_a_text_cannot_grow_without_end(self) -> None:
        doubling = " ; ".join(["x = x & x"] * 30)
        assert len(shown(f'Let ( [ x = "ab" ; {doubling} ] ; x )')) <= 10_000_000
        assert calculate(f'Let ( [ x = "ab" ; {doubling} ] ; IsValid ( x & 1 ) )') == 1

    @given(
        st.sampled_from(sorted(FUNCTIONS)),
        st.lists(
            st.sampled_from(
                [
                    '"a b"',
                    '""',
                    "0",
                    "1",
                    "-1",
                    "2.5",
                    "1e400",
                    "-1e-399",
                    '"?"',
                    "1/0",
                    "Date ( 2 ; 29 ; 2024 )",
                    'GetAsTime ( "27:00:00" )',
                    "GetAsTimestamp ( 1e9 )",
                    '"[1,{}]"',
                    '"12/31/4000"',
                    "missing",
                    "¶",
                ]
            ),
            max_size=6,
        ),
    )
    def test_no_function_raises(self, name: str, arguments: list[str]) -> None:
        try:
            formula = compile_formula(f"{name} ( {' ; '.join(arguments)} )")
        except FormulaError:
            return
        assert isinstance(as_text(formula.evaluate(Desk())), str)

    def test_a_thousand_records_are_quick(self) -> None:
        formula = compile_formula(
            'If ( Quantity * Price > 100 ; Upper ( Name ) ; Left ( Name ; 3 ) & "..." )'
        )
        desk = Desk({"Quantity": Decimal(3), "Price": Decimal("2.5"), "Name": "Agnes"})
        start = time.process_time()
        for _ in range(1_000):
            formula.evaluate(desk)
        assert time.process_time() - start < 1


def test_a_formula_tells_its_text() -> None:
    assert isinstance(compile_formula("1"), Formula)
    assert compile_formula("1 + a").text == "1 + a"


def test_no_function_is_both_here_and_missing() -> None:
    assert not [name for name in FUNCTIONS if absent_function(name)]
    assert absent_function("executesql") == mistake("ExecuteSQL ( 1 )").partition(": ")[2]
