"""The names of FileMaker's Get functions; what they give is the scope's affair."""

from __future__ import annotations

from typing import Final

_LASTING = """
FileName HostName RecordID
"""
"""What does not change while a record stays as it is."""
_CHANGING = """
AccountExtendedPrivileges AccountGroupName AccountName AccountPasswordDaysRemaining
AccountPrivilegeSetName AccountType ActiveFieldContents ActiveFieldName ActiveFieldTableName
ActiveLayoutObjectName ActiveModifierKeys ActivePortalRowNumber ActiveRecordNumber ActiveRepetitionNumber
ActiveSelectionSize ActiveSelectionStart AllowAbortState AllowFormattingBarState ApplicationArchitecture
ApplicationLanguage ApplicationVersion CacheFileName CacheFilePath CalculationRepetitionNumber
ConnectionAttributes ConnectionState CurrentDate CurrentExtendedPrivileges CurrentHostTimestamp
CurrentPrivilegeSetName CurrentTime CurrentTimestamp CurrentTimeUTCMicroseconds
CurrentTimeUTCMilliseconds CustomMenuSetName DesktopPath Device DocumentsPath DocumentsPathListing
EncryptionState ErrorCaptureState FileLocaleElements FileMakerPath FilePath FileSize FoundCount
GuidedAccessState HighContrastColor HighContrastState HostApplicationVersion HostIPAddress
InstalledFMPlugins InstalledFMPluginsAsJSON LastError LastErrorDetail LastErrorLocation
LastExternalErrorDetail LastMessageChoice LastStepTokensUsed LayoutAccess LayoutCount LayoutName
LayoutNumber LayoutTableName LayoutViewState MenubarState ModifiedFields MultiUserState NetworkProtocol
NetworkType OpenDataFileInfo PageCount PageNumber PersistentID PreferencesPath PrinterName
PrivilegeSetName QuickFindText RecordAccess RecordModificationCount RecordNumber RecordOpenCount
RecordOpenState RegionMonitorEvents RequestCount RequestOmitState RevertTransactionOnErrorState
ScreenDepth ScreenHeight ScreenScaleFactor ScreenWidth ScriptAnimationState ScriptName ScriptParameter
ScriptResult SessionIdentifier SortState StatusAreaState SystemAppearance SystemDrive SystemIPAddress
SystemLanguage SystemLocaleElements SystemNICAddress SystemPlatform SystemStorageAvailable SystemVersion
TemporaryPath TextRulerVisible TotalRecordCount TouchKeyboardState TransactionOpenState
TriggerCurrentPanel TriggerExternalEvent TriggerGestureInfo TriggerKeystroke TriggerModifierKeys
TriggerTargetPanel UserCount UserName UseSystemFormatsState UUID UUIDNumber WindowContentHeight
WindowContentWidth WindowDesktopHeight WindowDesktopWidth WindowHeight WindowLeft WindowMode WindowName
WindowOrientation WindowStyle WindowTop WindowUUID WindowVisible WindowWidth WindowZoomLevel
"""
LASTING: Final = frozenset(_LASTING.split())
PERSONAL: Final = frozenset({"AccountName", "UserName"})
"""What does not change for an account either, but is another for each."""
GETS: Final = {name.lower(): name for name in [*_LASTING.split(), *_CHANGING.split()]}
"""FileMaker's spelling by the name in small letters."""
