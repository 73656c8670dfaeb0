"""All functions by name, and those of FileMaker that are not here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fmorm.server.calculations.errors import did_you_mean
from fmorm.server.calculations.functions.aggregates import AGGREGATES
from fmorm.server.calculations.functions.dates import DATES
from fmorm.server.calculations.functions.elements import ELEMENTS
from fmorm.server.calculations.functions.function import Function
from fmorm.server.calculations.functions.logical import LOGICAL
from fmorm.server.calculations.functions.numbers import NUMBERS
from fmorm.server.calculations.functions.text import TEXT
from fmorm.server.calculations.functions.words import WORDS

_TABLES = (TEXT, WORDS, NUMBERS, DATES, LOGICAL, AGGREGATES, ELEMENTS)
FUNCTIONS: Final[dict[str, Function]] = {
    name.lower(): one for table in _TABLES for name, one in table.items()
}
"""By the name in small letters: FileMaker ignores the case."""
_SYNTAX = ("Let", "While", "Get")
"""What has a syntax of its own."""

_ABSENT = """
AddEmbeddings Base64Decode Base64Encode Base64EncodeRFC BaseTableComment BaseTableIDs BaseTableNames
ComputeModel ConvertFromFileMakerPath ConvertToFileMakerPath CosineSimilarity CryptAuthCode CryptDecrypt
CryptDecryptBase64 CryptDigest CryptEncrypt CryptEncryptBase64 CryptGenerateSignature
CryptVerifySignature DatabaseNames DayNameJ Evaluate EvaluationError ExecuteSQL ExecuteSQLe Extend
External FieldAnnotation FieldBounds FieldComment FieldDisplayNames FieldIDs FieldNames FieldRepetitions
FieldStyle FieldType Furigana FV GetAddonInfo GetAsCSS GetAsSVG GetAVPlayerAttribute GetBaseTableName
GetContainerAttribute GetEmbedding GetEmbeddingAsFile GetEmbeddingAsText GetField GetFieldName
GetFieldsOnLayout GetHeight GetLayoutObjectAttribute GetLayoutObjectOwnerInfo GetLiveText
GetLiveTextAsJSON GetModelAttributes GetNextSerialValue GetNthRecord GetPersistentData GetRAGSpaceInfo
GetRecordIDsFromFoundSet GetSensor GetSummary GetTableDDL GetTextFromPDF GetThumbnail GetTokenCount
GetWidth HexDecode HexEncode Hiragana IsValidExpression JSONMakeArray JSONParse JSONParsedState
KanaHankaku KanaZenkaku KanjiNumeral Katakana LayoutIDs LayoutNames LayoutObjectNames LayoutObjectUUID
ListPersistentDataIDs Location LocationValues LookupNext MonthNameJ NormalizeEmbedding NPV NumToJText PMT
PredictFromModel PV RangeBeacons ReadQRCode RelationInfo RomanHankaku RomanZenkaku ScriptIDs ScriptNames
SetPrecision SetRecursion SubtractEmbeddings TableIDs TableNames TextDecode TextEncode TextStyleAdd
TextStyleRemove TrimAll ValueListIDs ValueListItems ValueListNames VerifyContainer WindowNames
"""
_ABSENT_NAMES = {name.lower(): name for name in _ABSENT.split()}


def unknown_function(name: str, custom: Iterable[str]) -> str:
    """Say that there is no such function, and which one was perhaps meant."""
    absent = absent_function(name)
    if absent:
        return absent
    names = [*(function.name for function in FUNCTIONS.values()), *_SYNTAX, *custom]
    return f"there is no function {name}{did_you_mean(name, names)}"


def absent_function(name: str) -> str | None:
    """Say that a function of FileMaker is not here, None when FileMaker has none of this name."""
    known = _ABSENT_NAMES.get(name.lower())
    return known and f"{known} is a function of FileMaker that the embedded server does not have"
